"""What changed against an earlier plan, as text for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bulkreset.planning.diff import Change, PlanDiff


def changes_text(run: Path, earlier: Path) -> list[str]:
    """What changed from the plan in one run file to that in another."""
    from bulkreset.flow.since import changes_since

    return list(since_text(changes_since(run, earlier), earlier))


def since_text(diff: PlanDiff, earlier: Path) -> Iterator[str]:
    """The lines of `--since`."""
    yield f"since {earlier}: {_rows(diff.unchanged)} as before"
    for change in diff.changes:
        yield f"  {_told(change)}   e.g. {', '.join(change.examples)}"
    if diff.settings:
        yield "  settings that are other ones now:"
    for setting in diff.settings:
        yield f"    {setting.name}: {_value(setting.before)} → {_value(setting.after)}"
    if not (diff.changes or diff.settings):
        yield "  nothing changed"


def _told(change: Change) -> str:
    if change.before is None:
        return f"{_rows(change.rows)} new: {change.after}"
    if change.after is None:
        return f"{_rows(change.rows)} gone: {change.before}"
    return f"{_rows(change.rows)}: {change.before} → {change.after}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _value(value: object) -> str:
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)
