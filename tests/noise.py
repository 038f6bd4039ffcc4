"""How unpunctual this machine is just now, for checks of when something arrives."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

NAP_SECONDS = 0.005
LARGEST_ALLOWANCE_SECONDS = 0.25


class Noise:
    """Takes naps in a thread of its own, and notes by how much the worst of them was too long.

    What two programs do at even distances, a third one sees at distances that differ by so much.
    """

    def __init__(self) -> None:
        self._worst_seconds = 0.0
        self._over = threading.Event()
        self._sleeper = threading.Thread(target=self._nap, daemon=True)

    @property
    def seconds(self) -> float:
        """The allowance for the machine, and no more than that where it hardly runs at all."""
        return min(self._worst_seconds, LARGEST_ALLOWANCE_SECONDS)

    def _nap(self) -> None:
        while not self._over.is_set():
            began_at = time.monotonic()
            time.sleep(NAP_SECONDS)
            self._worst_seconds = max(self._worst_seconds, time.monotonic() - began_at - NAP_SECONDS)

    def __enter__(self) -> Self:
        self._sleeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._sleeper.join()
