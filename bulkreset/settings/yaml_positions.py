"""Reads a YAML settings file with the place of every value, and refuses what makes YAML unsafe.

The events of the parser are read rather than its objects: nothing is constructed from a tag,
nothing is expanded from an alias, and a key written twice is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import yaml

from bulkreset.errors import InputError, Problem
from bulkreset.settings.document import KeyPath, Place, SettingsDocument
from bulkreset.settings.scalars import NotFinite, plain_scalar
from bulkreset.settings.source_text import read_text
from bulkreset.settings.words import shortened
from bulkreset.settings.yaml_syntax import syntax_advice, syntax_message

PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

ContentEvent = yaml.ScalarEvent | yaml.CollectionStartEvent

MAX_DEPTH = 10

CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
"""Characters that would garble a terminal or a log: control codes and overrides of text direction."""


def read_settings(path: Path) -> SettingsDocument:
    """The settings in a file. Raises InputError when they cannot be read as one mapping at all.

    Problems that leave the rest readable are carried by the result.
    """
    text = read_text(path)
    reader = _Reader(path, iter(yaml.parse(text, Loader=PARSER)))
    try:
        return reader.document()
    except yaml.MarkedYAMLError as error:
        line, column = _place(error.problem_mark)
        problem = Problem(syntax_message(error), syntax_advice(error, text), path, line, column)
        raise InputError([*reader.problems, problem]) from None


class _Mark(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class _Reader:
    def __init__(self, file: Path, events: Iterator[yaml.Event]) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._events = events
        self._values: dict[KeyPath, Place] = {}
        self._keys: dict[KeyPath, Place] = {}

    def document(self) -> SettingsDocument:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise self._empty()
        root = next(self._events)
        if isinstance(root, yaml.ScalarEvent) and not root.value:
            raise self._empty()
        if not isinstance(root, yaml.MappingStartEvent):
            kind = "a list" if isinstance(root, yaml.SequenceStartEvent) else "a single value"
            raise self._fatal(
                root, f"the file holds {kind}, not settings", "write `key: value` lines, starting here"
            )
        tree = self._mapping(root, ())
        next(self._events)
        following = next(self._events)
        if isinstance(following, yaml.DocumentStartEvent):
            self._note(following, "a second document starts here", "keep one document per file")
        return SettingsDocument(self._file, tree, self._values, self._keys, tuple(self.problems))

    def _value(self, event: yaml.Event, path: KeyPath) -> object:
        if len(path) > MAX_DEPTH:
            raise self._fatal(event, f"nested more than {MAX_DEPTH} levels deep", "no setting is that deep")
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(event, path)
            case yaml.SequenceStartEvent():
                return self._sequence(event, path)
            case yaml.AliasEvent():
                self._values[path] = _place(event.start_mark)
                self._note(
                    event,
                    f"alias `*{shortened(event.anchor or '')}` is refused",
                    "write the value itself here",
                )
                return None
            case yaml.ScalarEvent():
                return self._scalar(event, path)
            case _:
                raise self._fatal(event, "not a value", "write text, a number, a list or a mapping")

    def _mapping(self, start: yaml.MappingStartEvent, path: KeyPath) -> dict[str, object]:
        self._enter(start, path)
        mapping: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            here = (*path, key)
            if key in mapping:
                first, again = self._keys[here].line, _place(event.start_mark).line
                message = f"`{shortened(key)}` is given on line {first} and again on line {again}"
                self._note(event, message, "keep one of the two")
                here = (*path, f"{key} (line {again})")
            self._keys[here] = _place(event.start_mark)
            mapping.setdefault(key, self._value(next(self._events), here))
        return mapping

    def _sequence(self, start: yaml.SequenceStartEvent, path: KeyPath) -> list[object]:
        self._enter(start, path)
        values: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _key(self, event: yaml.Event) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._fatal(event, "a key must be a plain word", "write `key: value`")
        self._refuse_machinery(event)
        self._refuse_control_characters(event)
        return str(event.value)

    def _scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> object:
        self._enter(event, path)
        self._refuse_control_characters(event)
        if not event.implicit[0]:
            return str(event.value)
        try:
            return plain_scalar(event.value)
        except NotFinite:
            number = shortened(event.value)
            self._note(event, f"`{number}` is not a usable number", "write a finite number such as 0.5")
            return None

    def _enter(self, event: ContentEvent, path: KeyPath) -> None:
        self._values[path] = _place(event.start_mark)
        self._refuse_machinery(event)

    def _refuse_machinery(self, event: ContentEvent) -> None:
        if event.tag is not None:
            tag = shortened(event.tag.replace("tag:yaml.org,2002:", "!!"))
            self._note(event, f"tag `{tag}` is refused", "leave it out, and put text in quotes")
        if event.anchor is not None:
            anchor = shortened(event.anchor)
            self._note(
                event, f"anchor `&{anchor}` is refused", "leave it out, and repeat the value where needed"
            )

    def _refuse_control_characters(self, event: yaml.ScalarEvent) -> None:
        if CONTROL.search(event.value):
            self._note(event, "an unprintable character is in this text", "remove it")

    def _empty(self) -> InputError:
        advice = "`bulkreset init` writes a file to start from"
        return InputError(Problem("the file holds no settings", advice, self._file, 1, 1))

    def _note(self, event: yaml.Event, message: str, advice: str) -> None:
        line, column = _place(event.start_mark)
        self.problems.append(Problem(message, advice, self._file, line, column))

    def _fatal(self, event: yaml.Event, message: str, advice: str) -> InputError:
        self._note(event, message, advice)
        return InputError(self.problems)


def _place(mark: _Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
