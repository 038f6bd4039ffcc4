"""A simulated pool in a process of its own, so that it takes no time from what is measured."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bulkreset.simulator import SeedUser, Simulator

POOL_ID = "us-east-1_Benchmark1"
LATENCY_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pool saw: of the resets their number, the span from first to last, and the busiest second."""

    resets: int
    span_seconds: float
    busiest_second: int
    throttled: int
    users_mailed_twice: int


class SimulatedPool:
    """The pool as the benchmark's own process sees it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.endpoint_url: str = pipe.recv()

    def seen(self) -> Seen:
        self._pipe.send("seen")
        seen: Seen = self._pipe.recv()
        return seen


@contextmanager
def simulated_pool(users: int, *, verified: bool = True) -> Iterator[SimulatedPool]:
    """A pool of plain confirmed users `user-0` … under AWS's documented quotas."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, users, verified), daemon=True)
    process.start()
    try:
        yield SimulatedPool(ours)
    finally:
        ours.send("stop")
        process.join()


def _serve(pipe: Connection, users: int, verified: bool) -> None:
    with Simulator(latency_seconds=LATENCY_SECONDS) as simulator:
        simulator.create_pool(
            [
                SeedUser(f"user-{number}", email=f"user-{number}@example.com", email_verified=verified)
                for number in range(users)
            ],
            pool_id=POOL_ID,
        )
        pipe.send(simulator.endpoint_url)
        while pipe.recv() == "seen":
            pipe.send(_seen(simulator))


def _seen(simulator: Simulator) -> Seen:
    counters = simulator.counters
    arrivals = counters.arrivals("AdminResetUserPassword")
    return Seen(
        resets=len(arrivals),
        span_seconds=arrivals[-1] - arrivals[0] if arrivals else 0.0,
        busiest_second=counters.busiest_second("AdminResetUserPassword"),
        throttled=sum(
            counters.throttled(category) for category in ("UserAccountRecovery", "UserUpdate", "UserList")
        ),
        users_mailed_twice=sum(count > 1 for count in simulator.outbox.counts().values()),
    )
