"""YAML manifests: a list of users, or `{defaults: …, users: […]}`, read event by event.

The file is never in memory as a whole, which is why `defaults` must come before `users`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)

from bulkreset.errors import InputError, Problem
from bulkreset.manifests.columns import IDENTIFIERS, canonical, shown
from bulkreset.manifests.table import ManifestFormat, RawTable
from bulkreset.manifests.yaml_events import error_at, events_of, text_of
from bulkreset.manifests.yaml_users import User, read_mapping, read_user
from bulkreset.settings.words import advice_on_name, shortened

USERS_PER_TABLE = 10_000
KEYS = ("defaults", "users")


def read(path: Path, users_per_table: int = USERS_PER_TABLE) -> Iterator[RawTable]:
    """The users of the document, in tables whose columns grow as users bring new ones."""
    users = _document(events_of(path), path)
    columns: dict[str, None] = {}
    while batch := list(islice(users, users_per_table)):
        for user in batch:
            columns.update(dict.fromkeys(user.given))
        yield _table(batch, list(columns))


def _table(users: list[User], columns: list[str]) -> RawTable:
    frame = pd.DataFrame(
        {name: pd.Series([user.given.get(name, "") for user in users], dtype="str") for name in columns},
        index=pd.RangeIndex(len(users)),
    )
    lines = np.array([user.line for user in users], np.int64)
    problems = {row: str(user.fault) for row, user in enumerate(users) if user.fault}
    return RawTable(frame, lines, problems)


def _document(events: Iterator[Event], path: Path) -> Iterator[User]:
    root = next(event for event in events if not isinstance(event, DocumentStartEvent | StreamStartEvent))
    match root:
        case SequenceStartEvent():
            yield from _users(events, {})
        case MappingStartEvent():
            yield from _keys(root, events, path)
        case ScalarEvent() if text_of(root):
            message = f"{shown(text_of(root))} is not a list of users"
            raise error_at(root, message, "write `- email: name@domain` for each user", path)
        case _:
            raise InputError(Problem("the file is empty", "write `- email: name@domain` for each user", path))
    for _ in events:
        pass


def _users(events: Iterator[Event], defaults: dict[str, str]) -> Iterator[User]:
    while not isinstance(event := next(events), SequenceEndEvent):
        user = read_user(event, events)
        yield user._replace(given=defaults | user.given) if defaults else user


def _keys(root: Event, events: Iterator[Event], path: Path) -> Iterator[User]:
    """The users of a document with keys at the top."""
    defaults: dict[str, str] = {}
    seen: set[str] = set()
    while not isinstance(key := next(events), MappingEndEvent):
        name = _known_key(key, seen, path)
        seen.add(name)
        value = next(events)
        if name == "defaults":
            defaults = _defaults(value, events, path)
        elif isinstance(value, SequenceStartEvent):
            yield from _users(events, defaults)
        elif not isinstance(value, ScalarEvent) or text_of(value):
            raise error_at(value, "`users` is not a list", "write `- ` before each user", path)
    if "users" not in seen:
        raise error_at(root, "the manifest has no `users`", "add `users:` and the list of them", path)


def _known_key(key: Event, seen: set[str], path: Path) -> str:
    """The name of a key at the top, in a place where it may stand."""
    name = key.value if isinstance(key, ScalarEvent) else ""
    if canonical(name) in IDENTIFIERS:
        advice = f"write the users as a list: `- {canonical(name)}: …`"
        raise error_at(key, f"{name!r} belongs to a user, and stands at the top", advice, path)
    if name not in KEYS:
        raise error_at(key, f"unknown key `{shortened(name)}` at the top", advice_on_name(name, KEYS), path)
    if name in seen:
        raise error_at(key, f"`{name}` is given twice", "put both into one", path)
    if name == "defaults" and "users" in seen:
        raise error_at(
            key, "`defaults` comes after `users`", "put it first, the file is read in one pass", path
        )
    return name


def _defaults(value: Event, events: Iterator[Event], path: Path) -> dict[str, str]:
    if isinstance(value, ScalarEvent) and not text_of(value):
        return {}
    if not isinstance(value, MappingStartEvent):
        raise error_at(value, "`defaults` is not a mapping", "write `defaults: {name: value}`", path)
    values: dict[str, str] = {}
    fault = read_mapping(values, events)
    if fault:
        raise error_at(fault.event, fault.message, fault.advice, path)
    for identifier in set(IDENTIFIERS) & set(values):
        raise error_at(
            value, f"`{identifier}` in `defaults` would make all users the same", "remove it", path
        )
    return values


FORMAT = ManifestFormat("yaml", (".yaml", ".yml"), read)
