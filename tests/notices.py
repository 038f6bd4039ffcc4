"""A notification to look at, and senders that do as a test says."""

from __future__ import annotations

import threading

from bulkreset.notifications.notice import Notice, RunFacts
from bulkreset.notifications.sender import Message

PATIENCE_SECONDS = 30.0

RUN = RunFacts("night.run", "a" * 64, "us-east-1_AbCdEf123", "us-east-1", "force-reset")
NOTICE = Notice(
    id="aaaaaaaaaaaaaaaa-7-finish",
    kind="finish",
    at=1_795_408_200.25,
    run=RUN,
    state="finished",
    rows={"do": 1500, "skip": 3, "block": 2, "invalid": 0},
    outcomes={
        "done": 1400,
        "failed": 50,
        "unknown": 25,
        "drifted": 25,
        "skipped": 3,
        "blocked": 2,
        "invalid": 0,
        "not-attempted": 0,
    },
    throttled=4,
)


class FakeSender:
    """Keeps what it is given; `way` may raise, or take its time."""

    def __init__(self, name="fake", way=lambda _message: None):
        self.name = name
        self.sent: list[Message] = []
        self.is_abandoned = False
        self._way = way

    def ready(self): ...

    def send(self, message):
        self._way(message)
        self.sent.append(message)

    def abandon(self):
        self.is_abandoned = True


class Hanging:
    """A way that hangs until it is released."""

    def __init__(self):
        self.begun, self.released = threading.Event(), threading.Event()

    def __call__(self, _message):
        self.begun.set()
        self.released.wait(PATIENCE_SECONDS)
