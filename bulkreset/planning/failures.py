"""When so many rows have failed that a run stops, and how many may be at risk of failing at once."""

from __future__ import annotations

from fractions import Fraction

from bulkreset.settings.max_failed import MaxFailed
from bulkreset.settings.percentages import percentage_text

DENOMINATORS = 10**6
"""A threshold as it was written: 5 % is 1/20, not the float next to it."""


class FailurePolicy:
    """The threshold of a job. Counted are settled rows: those that were called and whose end is known."""

    def __init__(self, max_failed: MaxFailed) -> None:
        self._count = max_failed.count
        self._fraction = Fraction(max_failed.fraction or 0).limit_denominator(DENOMINATORS)
        self._minimum = max_failed.minimum
        self._strict = max_failed.strict

    def exceeded(self, settled: int, failed: int) -> str:
        """Why the run must stop, with the numbers; "" where it need not."""
        if self._count is not None:
            if failed > self._count:
                return f"{failed:,} rows failed and max_failed is {self._count:,}"
        elif settled >= self._minimum and failed > self._fraction * settled:
            return (
                f"{failed:,} of {settled:,} rows failed ({failed / settled:.1%}) and max_failed is "
                f"{percentage_text(float(self._fraction))}"
            )
        return ""

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
