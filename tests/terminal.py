"""A terminal of which a test is the screen and the keyboard."""

from __future__ import annotations

import os
import pty
import select
import time


class Terminal:
    def __init__(self):
        self._here, self.there = pty.openpty()
        self.screen = ""

    def wait_for(self, words, seconds=30.0):
        ends_at = time.monotonic() + seconds
        while words not in self.screen:
            assert time.monotonic() < ends_at, f"{words!r} did not appear on: {self.screen}"
            self.read(0.05)

    def read(self, seconds):
        poll = select.poll()
        poll.register(self._here, select.POLLIN)
        if poll.poll(seconds * 1000):
            self.screen += os.read(self._here, 65_536).decode(errors="replace")

    def read_for(self, seconds):
        """Whatever comes within so long."""
        ends_at = time.monotonic() + seconds
        while (left := ends_at - time.monotonic()) > 0:
            self.read(left)

    def type(self, keys):
        os.write(self._here, keys.encode())

    def close(self):
        os.close(self._here)
        os.close(self.there)
