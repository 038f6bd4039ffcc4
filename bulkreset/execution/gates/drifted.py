"""Too many users who are not as planned end the run: then the plan is no longer about this pool."""

from __future__ import annotations

from collections import Counter

from bulkreset.errors import Stopped
from bulkreset.execution.gates.base import GO, End, Verdict
from bulkreset.ledger.states import Outcome
from bulkreset.planning.failures import ThresholdPolicy
from bulkreset.shell import quoted

DRIFT_HOLD = "drift"
SETTLED = (Outcome.DONE, Outcome.FAILED, Outcome.DRIFTED)


class DriftGate:
    """Counts drifted rows among all that were looked at and whose end is known.

    `before` is how rows stood when this runner began, `counted_from` when counting began; `settled` is what
    the runner itself counts as it goes.
    """

    def __init__(
        self,
        policy: ThresholdPolicy,
        before: Counter[Outcome],
        counted_from: Counter[Outcome],
        settled: Counter[Outcome],
        run: str,
    ) -> None:
        self._policy = policy
        self._earlier = before - counted_from
        self._settled = settled
        self._run = run

    def verdict(self) -> Verdict:
        rows = sum(self._count(outcome) for outcome in SETTLED)
        why = self._policy.exceeded(rows, self._count(Outcome.DRIFTED))
        if not why:
            return GO
        return End(
            Stopped(
                f"too many users are not as planned: {why}; plan again, or, if "
                f"`bulkreset report {quoted(self._run)} --out report.csv` shows that they may be left out, "
                f"`bulkreset resume {quoted(self._run)}`: counting begins anew"
            ),
            keeps=DRIFT_HOLD,
            why=f"too many users are not as planned: {why}",
        )

    def _count(self, outcome: Outcome) -> int:
        return self._earlier[outcome] + self._settled[outcome]
