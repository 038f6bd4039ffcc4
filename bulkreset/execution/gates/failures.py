"""Too many rows that fail end the run, and fewer calls go out at once the nearer that is."""

from __future__ import annotations

from collections import Counter

from bulkreset.errors import Stopped
from bulkreset.execution.gates.base import GO, End, Verdict
from bulkreset.ledger.states import Outcome
from bulkreset.planning.failures import FailurePolicy
from bulkreset.shell import quoted

FAILURES_HOLD = "failures"


class FailureGate:
    """Counts rows that were called: done, failed, unknown. Drifted ones say nothing about how calls fare.

    `before` is how rows stood when this runner began and `counted_from` how they stood when counting
    began; `settled` is what the runner itself counts as it goes. It reads unknown rows back and settles
    them again, so of those only its own count says anything.
    """

    def __init__(
        self,
        policy: FailurePolicy,
        before: Counter[Outcome],
        counted_from: Counter[Outcome],
        settled: Counter[Outcome],
        run: str,
    ) -> None:
        self._policy = policy
        self._before = before
        self._counted_from = counted_from
        self._settled = settled
        self._run = run

    def room(self, at_risk: int) -> int | None:
        """How many calls may be begun beside those `at_risk` of failing; None: as many as there are."""
        return self._policy.room(self._done + self._failed, self._failed, at_risk)

    def verdict(self) -> Verdict:
        why = self._policy.exceeded(self._done + self._failed, self._failed)
        if not why:
            return GO
        return End(
            Stopped(
                f"too many rows failed: {why}; see `bulkreset report {quoted(self._run)} --out report.csv`, "
                f"mend the cause, then `bulkreset resume {quoted(self._run)}`: counting begins anew"
            ),
            keeps=FAILURES_HOLD,
            why=f"too many rows failed: {why}",
        )

    @property
    def _done(self) -> int:
        return self._earlier(Outcome.DONE) + self._settled[Outcome.DONE]

    @property
    def _failed(self) -> int:
        unknown = max(0, self._settled[Outcome.UNKNOWN] - self._counted_from[Outcome.UNKNOWN])
        return self._earlier(Outcome.FAILED) + self._settled[Outcome.FAILED] + unknown

    def _earlier(self, outcome: Outcome) -> int:
        return max(0, self._before[outcome] - self._counted_from[outcome])
