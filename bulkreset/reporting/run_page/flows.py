"""Planned against done in one drawing: the plan above, what became of it below, and ribbons between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bulkreset.ledger.outcomes import DECISION_OF_OUTCOME
from bulkreset.ledger.states import Outcome
from bulkreset.reporting.page.drawing import Piece, pieces

BETWEEN_DECISIONS, BETWEEN_OUTCOMES = 2.0, 1.2

ORDER = (
    Outcome.DONE,
    Outcome.NOT_ATTEMPTED,
    Outcome.FAILED,
    Outcome.UNKNOWN,
    Outcome.DRIFTED,
    Outcome.SKIPPED,
    Outcome.BLOCKED,
    Outcome.INVALID,
)
"""Outcomes from left to right, those of one decision side by side."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The two bars, and the outline of each ribbon in a box of a hundred by a hundred."""

    planned: tuple[Piece, ...]
    became: tuple[Piece, ...]
    ribbons: tuple[tuple[str, str], ...]


def flow_of(outcomes: Mapping[str, int]) -> Flow:
    """The drawing of so many rows by outcome."""
    amounts = {outcome: outcomes.get(outcome, 0) for outcome in ORDER}
    raw = pieces({outcome.value: rows for outcome, rows in amounts.items()}, sum(amounts.values()))
    decisions = [DECISION_OF_OUTCOME.get(Outcome(piece.kind), "do") for piece in raw]
    above = list(_spread(raw, decisions, BETWEEN_DECISIONS))
    below = list(_spread(raw, [piece.kind for piece in raw], BETWEEN_OUTCOMES))
    ribbons = [(low.kind, _ribbon(high, low)) for high, low in zip(above, below, strict=True)]
    return Flow(tuple(_joined(above, decisions)), tuple(below), tuple(ribbons))


def _spread(parts: Sequence[Piece], groups: Sequence[str], between: float) -> Iterator[Piece]:
    """The pieces with room between those of different groups."""
    changes = [number > 0 and groups[number - 1] != group for number, group in enumerate(groups)]
    room = (100 - between * sum(changes)) / max(1.0, sum(part.width for part in parts))
    x = 0.0
    for part, is_new in zip(parts, changes, strict=True):
        x += between * is_new
        yield Piece(part.kind, part.amount, round(x, 3), round(part.width * room, 3))
        x += part.width * room


def _joined(parts: Sequence[Piece], groups: Sequence[str]) -> Iterator[Piece]:
    """One piece for each group."""
    for group in dict.fromkeys(groups):
        own = [part for part, of in zip(parts, groups, strict=True) if of == group]
        end = own[-1].x + own[-1].width
        yield Piece(group, sum(part.amount for part in own), own[0].x, round(end - own[0].x, 3))


def _ribbon(high: Piece, low: Piece) -> str:
    left, right = high.x, high.x + high.width
    under_left, under_right = low.x, low.x + low.width
    return (
        f"M{left:g} 0C{left:g} 50 {under_left:g} 50 {under_left:g} 100H{under_right:g}"
        f"C{under_right:g} 50 {right:g} 50 {right:g} 0Z"
    )
