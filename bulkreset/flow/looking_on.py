"""Has those look on at a run whom its environment names: who is to be told, and files for its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.cognito.session import Aws
from bulkreset.flow.onlookers import Failing, Onlooker, Onlookers
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job


@contextmanager
def looking_on(
    reader: RunReader,
    journal: Journal,
    path: Path,
    *,
    environment: Environment,
    job: Job,
    aws: Aws,
    clock: Clock,
    warn: Callable[[Failing], None],
) -> Iterator[Callable[[], None]]:
    """Give a function to be called as often as a run can. At the end of the run, what is left is told."""
    made: list[Callable[[], Onlooker]] = []
    if environment.notify.targets:
        made.append(lambda: _announcing(reader, path, environment=environment, job=job, aws=aws, clock=clock))
    if environment.metrics.textfile or environment.metrics.emf:
        made.append(lambda: _measuring(reader, path, environment, clock))
    onlookers = Onlookers(made, journal, warn, clock)
    try:
        yield onlookers.look
    finally:
        onlookers.leave()


def _announcing(
    reader: RunReader, path: Path, *, environment: Environment, job: Job, aws: Aws, clock: Clock
) -> Onlooker:
    # What most runs can do without is imported where somebody is to be told.
    from bulkreset.flow.announcing import Announcing  # noqa: PLC0415
    from bulkreset.flow.subscriptions import notifier_of  # noqa: PLC0415

    notifier = notifier_of(environment, job, aws, clock)
    return Announcing(reader, path, notifier, clock, with_reason=environment.notify.with_reason)


def _measuring(reader: RunReader, path: Path, environment: Environment, clock: Clock) -> Onlooker:
    from bulkreset.flow.measuring import Measuring  # noqa: PLC0415 - as above

    return Measuring(reader, path, environment.metrics, clock)
