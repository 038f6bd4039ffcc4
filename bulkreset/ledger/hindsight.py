"""What a run did over time, in numbers. Each walks all steps, so they are for reports."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bulkreset.ledger.progress import MAY_HAVE_BEEN_SENT, Progress
from bulkreset.ledger.states import StepState

FINEST_SECONDS = 1
MOST_SLICES = 20_000


@dataclass(frozen=True, slots=True)
class Calls:
    """So many calls for an action within a slice of time, which begins at `begin` in epoch seconds."""

    action: str
    begin: int
    calls: int


@dataclass(frozen=True, slots=True)
class StepCount:
    """So many steps of an action that are in one state; `last_at` is when the last of them ended."""

    action: str
    state: StepState
    steps: int
    last_at: float | None


@dataclass(frozen=True, slots=True)
class SentMessages:
    """Messages that were sent, or may have been, on a day in UTC; `day` counts them from the epoch."""

    day: int
    medium: str
    messages: int


class Hindsight(Progress):
    """The numbers of a report."""

    def slice_seconds(self) -> int:
        """How long a slice of the run's time is, so that there are not too many of them."""
        first, last = next(self._entries("SELECT min(started_at), max(called_at) FROM steps"))
        return max(FINEST_SECONDS, round(((last or 0) - (first or 0)) / MOST_SLICES))

    def calls_by_time(self, slice_seconds: int) -> Iterator[Calls]:
        """The calls for steps, in order of time.

        Of a step that was tried often only its first and its last try are known: those between count as
        made with the last.
        """
        first = (
            "SELECT action, CAST(started_at AS INTEGER) / ?1 AS slice, count(*) AS calls FROM steps"
            " WHERE attempts > 0 AND started_at IS NOT NULL GROUP BY action, slice"
        )
        again = (
            " UNION ALL SELECT action, CAST(called_at AS INTEGER) / ?1, sum(attempts - 1) FROM steps"
            " WHERE attempts > 1 AND called_at IS NOT NULL GROUP BY 1, 2"
        )
        for entry in self._entries(
            f"SELECT action, slice, sum(calls) AS calls FROM ({first}{again})"  # noqa: S608 - our own names
            " GROUP BY slice, action ORDER BY slice, action",
            (slice_seconds,),
        ):
            yield Calls(entry["action"], entry["slice"] * slice_seconds, entry["calls"])

    def step_counts(self) -> list[StepCount]:
        """How many steps of each action are in each state."""
        found = self._entries(
            "SELECT action, state, count(*) AS steps, max(finished_at) AS last_at FROM steps"
            " GROUP BY action, state ORDER BY action, state"
        )
        return [
            StepCount(entry["action"], StepState(entry["state"]), entry["steps"], entry["last_at"])
            for entry in found
        ]

    def messages_by_day(self, message_actions: Collection[str]) -> list[SentMessages]:
        """The messages of these actions, by the medium that the plan foresaw for the row."""
        found = self._entries(
            "SELECT CAST(called_at AS INTEGER) / 86400 AS day, plan.medium AS medium, count(*) AS messages"
            " FROM steps CROSS JOIN plan ON plan.row = steps.row"
            " WHERE called_at IS NOT NULL AND action IN (SELECT value FROM json_each(?1))"
            " AND steps.state IN (SELECT value FROM json_each(?2))"
            " GROUP BY day, plan.medium ORDER BY day, plan.medium",
            (_list(message_actions), _list(MAY_HAVE_BEEN_SENT)),
        )
        return [SentMessages(entry["day"], entry["medium"], entry["messages"]) for entry in found]


def _list(values: Collection[str]) -> str:
    return json.dumps(list(values))
