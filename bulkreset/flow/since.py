"""plan and show --since: what changed against an earlier plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bulkreset.flow.report import reading
from bulkreset.ledger.read import RunReader
from bulkreset.planning.diff import Decided, PlanDiff, PlannedUser, compare


def changes_since(run: Path, earlier: Path) -> PlanDiff:
    """The difference of two run files' plans. Raises InputError where one of them cannot be read."""
    with reading(earlier) as before, reading(run) as after:
        return compare(_users(before), _users(after), _settings(before), _settings(after))


def _users(reader: RunReader) -> Iterator[PlannedUser]:
    for row in reader.planned_rows():
        yield PlannedUser(row.identifier, row.username, Decided(row.decision, row.reason, row.steps))


def _settings(reader: RunReader) -> dict[str, object]:
    return {"job": reader.meta("job"), "environment": reader.meta("environment"), "goal": reader.meta("goal")}
