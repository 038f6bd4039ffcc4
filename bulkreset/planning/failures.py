"""When so many rows have failed that a run stops, and how many may be at risk of failing at once."""

from __future__ import annotations

from fractions import Fraction

from bulkreset.settings.max_failed import MaxFailed, RowThreshold
from bulkreset.settings.percentages import percentage_text

DENOMINATORS = 10**6
"""A threshold as it was written: 5 % is 1/20, not the float next to it."""


class ThresholdPolicy:
    """A threshold of a job over settled rows. `key` is its name there, `verb` what the counted rows did."""

    def __init__(self, threshold: RowThreshold, key: str, verb: str) -> None:
        self._count = threshold.count
        self._fraction = Fraction(threshold.fraction or 0).limit_denominator(DENOMINATORS)
        self._minimum = threshold.minimum
        self._key = key
        self._verb = verb

    def exceeded(self, settled: int, failed: int) -> str:
        """Why the run must stop, with the numbers; "" where it need not."""
        if self._count is not None:
            if failed > self._count:
                return f"{failed:,} rows {self._verb} and {self._key} is {self._count:,}"
        elif settled >= self._minimum and failed > self._fraction * settled:
            return (
                f"{failed:,} of {settled:,} rows {self._verb} ({failed / settled:.1%}) and {self._key} is "
                f"{percentage_text(float(self._fraction))}"
            )
        return ""


class FailurePolicy(ThresholdPolicy):
    """The threshold of failures. Settled rows are those that were called and whose end is known."""

    def __init__(self, max_failed: MaxFailed) -> None:
        super().__init__(max_failed, "max_failed", "failed")
        self._strict = max_failed.strict

    def room(self, settled: int, failed: int, at_risk: int) -> int | None:
        """How many more rows may be begun beside those `at_risk`; None: as many as there are.

        As many as keep the failures to one beyond the threshold, were all of those to fail, and one by one
        where that leaves none: so the run still finds out whether it must stop.
        """
        if not self._strict or (self._count is None and self._fraction >= 1):
            return None
        return max(self._threshold(settled) + 1 - failed - at_risk, int(at_risk == 0), 0)

    def _threshold(self, settled: int) -> int:
        """How many rows may fail. Before the minimum is settled that is what it will be then."""
        if self._count is not None:
            return self._count
        return int(self._fraction * max(settled, self._minimum))
