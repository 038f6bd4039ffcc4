"""How many messages may still be sent today, by medium, and the booking of each that is sent.

What is booked is remembered in the state directory, so that runs and jobs of one account share a day's
messages. A call that is refused gives its message back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from bulkreset.account import COGNITO_RENEWS_AT_HOUR, Medium, MessageLimit
from bulkreset.clock import iso
from bulkreset.errors import StoppedOnSchedule
from bulkreset.execution.gates.base import End, Hold, Verdict
from bulkreset.planning.message_budget import allowance
from bulkreset.rates.spending import Spending, budget_day, next_renewal
from bulkreset.settings.messages import Messages
from bulkreset.shell import quoted

TODAYS_SHARE = "today's share of {} messages is spent"

UNLIMITED = 10**12


class MessageBudget:
    """The messages of one run. `now` gives epoch seconds of AWS's clock.

    `run_id` names the run in the books; `sent_by_run` tells how many messages it has sent since a moment,
    by medium, and is asked once for each budget day: the run file is the truth about its own.
    """

    def __init__(
        self,
        *,
        limits: Sequence[MessageLimit],
        messages: Messages,
        spending: Spending,
        run_id: str,
        sent_by_run: Callable[[float], Mapping[str, int]],
        now: Callable[[], float],
        waits: bool,
        run: str,
    ) -> None:
        self._limits = {limit.medium: limit for limit in limits}
        self._messages = messages
        self._spending = spending
        self._run_id = run_id
        self._sent_by_run = sent_by_run
        self._now = now
        self._waits = waits
        self._run = run
        self._days: dict[Medium, str] = {}
        self._most: dict[Medium, int] = {}
        self._spent_until: dict[Medium, float] = {}
        self._why: dict[Medium, str] = {}

    @property
    def trouble(self) -> str:
        """Why messages of other runs may be missing from the books, or ""."""
        return self._spending.trouble

    def take(self, medium: Medium) -> bool:
        """Book one message about to be sent; whether there is one left."""
        if self.is_spent(medium):
            return False
        taken = self._spending.take(self._day(medium), medium, self._run_id, 1, self._most[medium])
        if not taken:
            self._close(medium, TODAYS_SHARE.format(medium))
        return bool(taken)

    def give_back(self, medium: Medium) -> None:
        """A message that was booked has not been sent."""
        self._spending.give_back(self._day(medium), medium, self._run_id, 1)

    def is_spent(self, medium: Medium) -> bool:
        """Whether nothing of this medium can be sent for now."""
        until = self._spent_until.get(medium)
        if until is not None and self._now() < until:
            return True
        self._spent_until.pop(medium, None)
        self._day(medium)
        return medium in self._spent_until

    def refused(self, medium: Medium, message: str) -> None:
        """Cognito says that the account's own budget is spent."""
        self._close(
            medium, f"the account's daily message budget is spent ({message})", COGNITO_RENEWS_AT_HOUR
        )

    def verdict(self, media: Collection[Medium]) -> Verdict:
        """What to do where nothing is left but messages of these media, all of which are spent."""
        until = min(self._spent_until[medium] for medium in media)
        why = "; ".join(sorted({self._why[medium] for medium in media}))
        told = f"{why}; it is renewed at {iso(until)}"
        if self._waits:
            return Hold("messages", told, until)
        return End(StoppedOnSchedule(f"{told}, then `bulkreset resume {quoted(self._run)}`"))

    def _close(self, medium: Medium, why: str, renewed_at_hour: int | None = None) -> None:
        hour = self._renewed_at(medium) if renewed_at_hour is None else renewed_at_hour
        limit = self._limits.get(medium)
        learnt = (
            f" ({limit.source})" if limit is not None and limit.source and renewed_at_hour is None else ""
        )
        self._spent_until[medium] = next_renewal(self._now(), hour)
        self._why[medium] = why + learnt

    def _renewed_at(self, medium: Medium) -> int:
        limit = self._limits.get(medium)
        return limit.renewed_at_hour if limit is not None else 0

    def _day(self, medium: Medium) -> str:
        """Today, for this medium; when it begins, the run's own messages of the day are booked anew."""
        day = budget_day(self._now(), self._renewed_at(medium))
        if self._days.get(medium) != day:
            is_first = medium not in self._days
            self._days[medium] = day
            begins_at = next_renewal(self._now(), self._renewed_at(medium)) - 86_400
            own = self._sent_by_run(begins_at).get(medium, 0)
            self._spending.record(day, medium, self._run_id, own)
            self._most[medium] = self._most_of_day(medium, day, is_first=is_first)
            if self._spending.spent(day, medium) >= self._most[medium]:
                self._close(medium, TODAYS_SHARE.format(medium))
        return day

    def _most_of_day(self, medium: Medium, day: str, *, is_first: bool) -> int:
        """How many messages the books may hold at the end of the day.

        What a service counted was counted when the run began: it says nothing of later days. Such a service
        counts the last 24 hours, though, and the day before may be among them.
        """
        limit = self._limits.get(medium, MessageLimit(medium))
        if not is_first:
            counts = limit.sent_today is not None
            lately = self._sent_by_run(self._now() - 86_400).get(medium, 0) if counts else None
            limit = MessageLimit(
                medium, limit.per_day, renewed_at_hour=limit.renewed_at_hour, sent_today=lately
            )
        spent = self._spending.spent(day, medium)
        left = allowance(limit, spent, self._messages)
        return UNLIMITED if left is None else spent + max(0, left)
