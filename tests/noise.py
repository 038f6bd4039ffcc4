"""How unpunctual this machine is just now, for checks of when something arrives."""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

LARGEST_ALLOWANCE_SECONDS = 0.25

MOMENT = struct.Struct("d")

PUNCTUAL = """
import os, struct, time

due = time.monotonic()
while True:
    due += 0.005
    time.sleep(max(0.0, due - time.monotonic()))
    os.write(1, struct.pack("d", due))
    due = max(due, time.monotonic() - 0.1)
"""
"""Another program, that tells every 5 ms what it meant to tell by then. It does not catch up for ever."""


class Noise:
    """Hears of another program at even distances, and notes by how much the worst of it came too late.

    What two programs do at even distances, a third one sees at distances that differ by so much.
    """

    def __init__(self) -> None:
        self._worst_seconds = 0.0
        self._hears = threading.Thread(target=self._hear, daemon=True)

    @property
    def seconds(self) -> float:
        """The allowance for the machine, and no more than that where it hardly runs at all."""
        return min(self._worst_seconds, LARGEST_ALLOWANCE_SECONDS)

    def _hear(self) -> None:
        assert self._teller.stdout is not None
        while told := self._teller.stdout.read(MOMENT.size):
            (due,) = MOMENT.unpack(told)
            self._worst_seconds = max(self._worst_seconds, time.monotonic() - due)

    def __enter__(self) -> Self:
        self._teller = subprocess.Popen([sys.executable, "-c", PUNCTUAL], stdout=subprocess.PIPE)
        self._hears.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._teller:
            self._teller.kill()
            self._hears.join()
