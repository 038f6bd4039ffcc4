"""Which column of a manifest means what, and the refusal of a header that cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bulkreset.errors import InputError, Problem
from bulkreset.settings.policy import GoalKeys
from bulkreset.settings.words import advice_on_name, choices, nearest, shortened
from bulkreset.users import IdentifierKind

GOAL = "goal"
POLICY_PREFIX = "policy."
PRIORITY = "priority"
PASSWORD = "password"  # noqa: S105 - the name of a column

LIKE_A_PASSWORD = re.compile(
    r"(temp(orary)?|new|old|current|first|initial|default|user|login|cognito|permanent)*"
    r"(password|passwd|passphrase|pass|pwd|pw)(temp(orary)?|new|old|initial|permanent|\d+)*",
    re.IGNORECASE,
)
"""Names of columns, by their letters alone, that hold passwords and are not called so."""
IDENTIFIERS = tuple(str(kind) for kind in IdentifierKind)
LIKE_A_USER = re.compile(r"@|^\s*\+?[\d ()-]{5,}$")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by their meaning; the values are the names as the file has them.

    `extras` is every column but the overrides, the first identifier and the passwords. `priority` is one of
    them. None is a column that there is not.
    """

    identifiers: dict[str, str]
    overrides: dict[str, str]
    extras: tuple[str, ...]
    priority: str | None = None
    password: str | None = None


def canonical(name: str) -> str:
    """A column name as bulkreset knows it: names with a meaning may be written in any case."""
    folded = name.strip().lower()
    if folded in IDENTIFIERS or folded in {GOAL, PRIORITY, PASSWORD} or folded.startswith(POLICY_PREFIX):
        return folded
    return name


def meant_identifier(name: str) -> str | None:
    """The identifier that a column of another name was probably meant to be."""
    by_letters = {_letters(kind): kind for kind in IDENTIFIERS}
    meant = nearest(_letters(name), by_letters)
    return by_letters[meant] if meant else None


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name)


def shown(text: str) -> str:
    """Text of a manifest in a message: short, on one line, and without effect on a terminal."""
    return repr(shortened(text))


def columns_of(names: Sequence[str]) -> Columns:
    by_meaning = {canonical(name): name for name in names}
    identifiers = {kind: by_meaning[kind] for kind in IDENTIFIERS if kind in by_meaning}
    overrides = {
        meaning: name
        for meaning, name in by_meaning.items()
        if meaning == GOAL or meaning.startswith(POLICY_PREFIX)
    }
    password = by_meaning.get(PASSWORD)
    used = {*overrides.values(), *list(identifiers.values())[:1], password}
    extras = tuple(name for name in names if name not in used)
    return Columns(identifiers, overrides, extras, by_meaning.get(PRIORITY), password)


def check_header(names: Sequence[str], goal_keys: GoalKeys, path: Path, line: int) -> None:
    """Raise InputError with every problem of a header."""
    problems = [
        *_nameless(names),
        *_duplicates(names),
        *_missing_identifier(names),
        *_unknown_policies(names, goal_keys),
        *like_passwords(names),
    ]
    if problems:
        raise InputError(Problem(message, advice, path, line) for message, advice in problems)


def like_passwords(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with columns of passwords by another name: they would be carried to the report."""
    for name in names:
        if canonical(name) != PASSWORD and LIKE_A_PASSWORD.fullmatch(_letters(name)):
            yield f"the column {shown(name)} seems to hold passwords", "rename it to `password`, or remove it"


def _nameless(names: Sequence[str]) -> Iterable[tuple[str, str]]:
    for position, name in enumerate(names, start=1):
        if not name.strip():
            yield f"column {position} has no name", "name it, or remove the column"


def _duplicates(names: Sequence[str]) -> Iterable[tuple[str, str]]:
    first: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        meaning = canonical(name).strip()
        if meaning and meaning in first:
            yield (
                f"columns {first[meaning]} and {position} are both named {shown(meaning)}",
                "rename or remove one of them",
            )
        first.setdefault(meaning, position)


def _missing_identifier(names: Sequence[str]) -> Iterable[tuple[str, str]]:
    if any(canonical(name) in IDENTIFIERS for name in names):
        return
    message = f"no column is named {choices(IDENTIFIERS)}"
    meant = {name: kind for name in names if (kind := meant_identifier(name))}
    if any(LIKE_A_USER.search(name) for name in names):
        yield message, "write a header above the first user, such as `email`"
    elif len(names) == 1 and "|" in names[0]:
        yield message, "separate the columns by commas, semicolons or tabs"
    elif meant:
        name, kind = next(iter(meant.items()))
        yield message, f"rename {shown(name.strip())} to `{kind}`"
    else:
        yield message, "rename the column that says who the user is"


def _unknown_policies(names: Sequence[str], goal_keys: GoalKeys) -> Iterable[tuple[str, str]]:
    known = list(dict.fromkeys(key.name for keys in goal_keys.values() for key in keys))
    for name in map(canonical, names):
        key = name.removeprefix(POLICY_PREFIX)
        if key != name and key not in known:
            yield f"unknown policy key in column {shown(name)}", advice_on_name(key, known)
