"""Waves: after each the run pauses, or ends until somebody says that it may go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bulkreset.clock import iso
from bulkreset.errors import Stopped
from bulkreset.execution.gates.base import GO, End, Hold, Verdict
from bulkreset.settings.waves import Between
from bulkreset.shell import quoted

BETWEEN_WAVES = "wave"


class WaveGate:
    """`wave` is the one at hand, counted from 1; rows of later ones are not touched.

    `sizes` is how many rows each has, `now` gives epoch seconds of AWS's clock.
    """

    def __init__(
        self, sizes: Mapping[int, int], wave: int, between: Between, now: Callable[[], float], run: str
    ) -> None:
        self.wave = wave
        self._sizes = sizes
        self._between = between
        self._now = now
        self._run = run
        self.finished_at: float | None = None

    @property
    def has_next(self) -> bool:
        return self.wave < max(self._sizes, default=0)

    def finish(self, finished_at: float | None = None) -> float:
        """The wave at hand is over: nothing of it is left to do. Returns when that was."""
        self.finished_at = self._now() if finished_at is None else finished_at
        return self.finished_at

    def begin_next(self) -> int:
        """Go on with the next wave; its number."""
        self.wave += 1
        self.finished_at = None
        return self.wave

    def verdict(self) -> Verdict:
        if self.finished_at is None:
            return GO
        told = f"wave {self.wave} of {max(self._sizes)} is over"
        if self._between.confirm:
            return End(
                Stopped(
                    f"{told}; see `bulkreset status {quoted(self._run)}`, and go on with wave "
                    f"{self.wave + 1} ({self._sizes[self.wave + 1]:,} rows) by "
                    f"`bulkreset resume {quoted(self._run)}`"
                ),
                keeps=BETWEEN_WAVES,
                why=told,
            )
        opens_at = self.finished_at + self._between.seconds
        if self._now() >= opens_at:
            return GO
        return Hold(BETWEEN_WAVES, f"{told}; the next begins at {iso(opens_at)}", opens_at)
