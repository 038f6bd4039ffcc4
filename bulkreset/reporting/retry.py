"""The manifest of what a run left undone: exactly its rows that are neither done nor skipped, each with why.

A row names its user by the username that was found, and otherwise as the manifest did. One that cannot be
used stays as it is, so that it is told again until somebody mends it; where not even its columns can be
trusted it names nobody. A row of which only a step remains that is a goal by itself asks for that goal:
its first one would find the user as wanted, and leave it at that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from bulkreset.goals.registry import goals, policy_keys
from bulkreset.ledger.read import ReportRow
from bulkreset.ledger.states import Outcome, StepState
from bulkreset.manifests.columns import GOAL, IDENTIFIERS, POLICY_PREFIX, canonical
from bulkreset.reporting.advice import NOT_ATTEMPTED, reason_meanings
from bulkreset.reporting.base import cells
from bulkreset.users import IdentifierKind

RETRY_COLUMNS = ("retry_outcome", "retry_code", "retry_reason")
"""Why a row was not done. Those of an earlier retry are left out."""

SETTLED_AS_WANTED = (Outcome.DONE, Outcome.SKIPPED)


def retry_table(
    report_rows: Callable[[], Iterable[ReportRow]], extra_columns: Sequence[str]
) -> tuple[list[str], Iterator[list[str]]]:
    """The header and the rows of the manifest, in the order of the run's.

    `report_rows` gives the rows of the report anew each time: they are walked once for the columns and once
    for the cells, and never held. Written as CSV, lines must end in CR LF: Python leaves a lone CR unquoted
    otherwise, and the next reader would see two rows.
    """
    layout = _layout(report_rows(), extra_columns)
    left = (row for row in report_rows() if row.outcome not in SETTLED_AS_WANTED)
    return list(layout.header), (layout.cells_of(row) for row in left)


@dataclass(frozen=True, slots=True)
class _Layout:
    """`identifiers` has the column of each kind. `extra_columns` are the others of the run's manifest."""

    header: tuple[str, ...]
    identifiers: dict[str, str]
    extra_columns: tuple[str, ...]

    def cells_of(self, row: ReportRow) -> list[str]:
        line = dict.fromkeys(self.header, "")
        extras = zip(self.extra_columns, row.extras, strict=False)
        line.update((name, cell) for name, cell in extras if _is_kept(name))
        line.update(_wishes(row))
        kind, identifier = _named(row)
        if not kind:
            line.update(dict.fromkeys(self.identifiers.values(), ""))
        elif not line[self.identifiers[kind]].strip():
            line[self.identifiers[kind]] = identifier
        line.update(zip(RETRY_COLUMNS, (row.outcome.value, *_why(row)), strict=True))
        # A manifest in YAML can hold a NUL, one in CSV cannot.
        return [cell.replace("\0", "\ufffd") for cell in line.values()]


def _layout(rows: Iterable[ReportRow], extra_columns: Sequence[str]) -> _Layout:
    """The columns that the rows of a run need, whatever became of them: that may still change."""
    kinds = set()
    overrides = set()
    for row in rows:
        kinds.add(IdentifierKind.USERNAME.value if row.username else row.kind)
        overrides.add(row.overrides)
    policies = {f"{POLICY_PREFIX}{key}" for text in overrides for key in _given(text)[1]}
    present = {canonical(name): name for name in extra_columns}
    kinds &= set(IDENTIFIERS)
    added = [kind for kind in IDENTIFIERS if kind in (kinds or {IDENTIFIERS[0]}) and kind not in present]
    kept = [name for name in extra_columns if _is_kept(name)]
    return _Layout(
        (*added, GOAL, *sorted(policies & _known_policies()), *kept, *RETRY_COLUMNS),
        {kind: present.get(kind, kind) for kind in IDENTIFIERS if kind in present or kind in added},
        tuple(extra_columns),
    )


def _is_kept(extra_column: str) -> bool:
    return extra_column.strip() not in RETRY_COLUMNS


def _named(row: ReportRow) -> tuple[str, str]:
    """The kind and the text that the row names its user by; both "" where it must name nobody."""
    if row.username:
        return IdentifierKind.USERNAME.value, row.username
    return (row.kind, row.identifier) if _is_writable(row) else ("", "")


def _is_writable(row: ReportRow) -> bool:
    """Whether the columns of a CSV manifest can say what the row says."""
    asked = {f"{POLICY_PREFIX}{key}" for key in _given(row.overrides)[1]}
    return bool(row.kind) and asked <= _known_policies()


def _wishes(row: ReportRow) -> dict[str, str]:
    """The row's own goal and policy, by column."""
    done = sum(record.state is StepState.DONE for record in row.records)
    match row.steps[done:]:
        case (step,) if done and step in goals():
            return {GOAL: step}
    goal, policy = _given(row.overrides)
    wishes = {f"{POLICY_PREFIX}{key}": value for key, value in policy.items()}
    return {GOAL: goal, **{name: value for name, value in wishes.items() if name in _known_policies()}}


@cache
def _given(overrides: str) -> tuple[str, dict[str, str]]:
    """The goal and the policy of canonical overrides."""
    given = json.loads(overrides) if overrides else {}
    return given.get("goal", ""), given.get("policy", {})


@cache
def _known_policies() -> frozenset[str]:
    return frozenset(f"{POLICY_PREFIX}{key.name}" for keys in policy_keys().values() for key in keys)


def _why(row: ReportRow) -> tuple[str, str]:
    """Code and words for what kept the row from being done."""
    told = cells(row)
    code, message = str(told["error_code"]), str(told["error_message"])
    if row.outcome is Outcome.INVALID and not _is_writable(row):
        return code, f"{message} (read as {row.identifier!r})" if row.identifier else message
    if code or message:
        return code, message
    if row.outcome is Outcome.BLOCKED:
        return row.reason, reason_meanings().get(row.reason, "")
    return "", NOT_ATTEMPTED if row.outcome is Outcome.NOT_ATTEMPTED else ""
