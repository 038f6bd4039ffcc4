"""What changed from one plan to a later one: rows that came, went or are decided otherwise, and settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Decided:
    """What a plan says of one row; `steps` are separated by spaces."""

    decision: str
    reason: str
    steps: str

    def __str__(self) -> str:
        """`do (ready: reset-password, sign-out)`, `skip (disabled)`."""
        steps = f": {', '.join(self.steps.split())}" if self.steps else ""
        return f"{self.decision} ({self.reason}{steps})"


@dataclass(frozen=True, slots=True)
class PlannedUser:
    """One row of a plan. `username` is "" where no user was found."""

    identifier: str
    username: str
    decided: Decided


@dataclass(frozen=True, slots=True)
class Change:
    """Rows that changed alike: `before` is None for those that came, `after` for those that went."""

    before: Decided | None
    after: Decided | None
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that is another one. Values as they are kept; None where it was not set."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """`changes` with the most rows first. `unchanged` counts the rows that are decided as before."""

    changes: tuple[Change, ...]
    settings: tuple[Setting, ...]
    unchanged: int


def compare(
    earlier: Iterable[PlannedUser],
    later: Iterable[PlannedUser],
    settings_before: Mapping[str, Any],
    settings_after: Mapping[str, Any],
) -> PlanDiff:
    """The difference of two plans. Rows are of the same user where the username is, or the identifier."""
    before = _by_user(earlier)
    rows: Counter[tuple[Decided | None, Decided | None]] = Counter()
    examples: dict[tuple[Decided | None, Decided | None], list[str]] = {}
    unchanged = 0

    def note(kind: tuple[Decided | None, Decided | None], identifier: str) -> None:
        rows[kind] += 1
        named = examples.setdefault(kind, [])
        if len(named) < EXAMPLES:
            named.append(identifier)

    for user, now in _by_user(later).items():
        then = before.pop(user, None)
        if then is not None and then.decided == now.decided:
            unchanged += 1
        else:
            note((then.decided if then else None, now.decided), now.identifier)
    for gone in before.values():
        note((gone.decided, None), gone.identifier)
    changes = tuple(Change(*kind, count, tuple(examples[kind])) for kind, count in rows.most_common())
    return PlanDiff(changes, tuple(_settings(settings_before, settings_after)), unchanged)


def _by_user(rows: Iterable[PlannedUser]) -> dict[tuple[str, int], PlannedUser]:
    """Rows by the name of their user, and by which of its rows they are."""
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        name = row.username or row.identifier
        found[name, seen[name]] = row
        seen[name] += 1
    return found


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Setting]:
    flat_before, flat_after = dict(_flat(before)), dict(_flat(after))
    for name in sorted(flat_before.keys() | flat_after.keys()):
        then, now = flat_before.get(name), flat_after.get(name)
        if then != now:
            yield Setting(name, then, now)


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
