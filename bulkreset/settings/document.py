"""A settings file after reading: plain values, and the place in the file of each key and value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bulkreset.errors import Problem

KeyPath = tuple[str | int, ...]
"""Where a value sits in the tree: `("quotas", "UserUpdate", "share")`, `("policy", "protected", 2)`."""


class Place(NamedTuple):
    """Where something is written; both numbers count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SettingsDocument:
    """`tree` is as good as it gets when there are `problems`: enough to look for more of them."""

    file: Path
    tree: Mapping[str, object]
    values: Mapping[KeyPath, Place]
    keys: Mapping[KeyPath, Place]
    problems: tuple[Problem, ...] = ()

    def place_of(self, path: KeyPath) -> Place:
        """The place of a value, or of the innermost mapping that would hold it."""
        while path not in self.values:
            path = path[:-1]
        return self.values[path]

    def place_of_key(self, path: KeyPath) -> Place:
        """The place of a key, or of the innermost mapping that would hold it."""
        return self.keys.get(path) or self.place_of(path)

    def problem(self, path: KeyPath, message: str, advice: str, *, of_key: bool = False) -> Problem:
        line, column = self.place_of_key(path) if of_key else self.place_of(path)
        return Problem(message, advice, self.file, line, column)


def in_file_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0))
