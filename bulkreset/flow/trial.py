"""notify: everybody whom the runs of a job would tell is told that this is a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.cognito.session import Aws
from bulkreset.errors import InputError, Problem
from bulkreset.flow.subscriptions import notifier_of
from bulkreset.goals.base import DecisionKind
from bulkreset.goals.registry import policy_keys
from bulkreset.ledger.states import Outcome, RunState
from bulkreset.notifications.notice import Notice, RunFacts
from bulkreset.planning.reasons import INVALID
from bulkreset.settings.loading import load_job
from bulkreset.settings.notify import TEST

PATIENCE_SECONDS = 15.0
"""Longer than the slowest way out takes to give up."""

NO_DIGEST = "0" * 64
"""There is no plan that anybody could be told of."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whether one target was told; `why` not, "" where it was."""

    target: str
    why: str


def tell_a_test(job_path: Path, clock: Clock, patience_seconds: float = PATIENCE_SECONDS) -> list[Told]:
    """Tell everybody, each once. Asks nothing of the pool.

    Raises InputError for a job that cannot be used, or whose environment names nobody.
    """
    loaded = load_job(job_path, policy_keys())
    environment = loaded.environment
    if not environment.notify.targets:
        advice = "add `notify: {targets: [{url_from: {env: SLACK_URL}}]}`, for example"
        raise InputError(Problem("this environment names nobody to tell", advice, loaded.environment_path))
    notice = Notice(
        id=f"{TEST}-{clock.now():.0f}",
        kind=TEST,
        at=clock.now(),
        run=RunFacts(TEST, NO_DIGEST, environment.pool_id, environment.region, loaded.job.goal),
        state=RunState.PLANNED,
        rows=dict.fromkeys((*DecisionKind, INVALID), 0),
        outcomes=dict.fromkeys(Outcome, 0),
    )
    notifier = notifier_of(environment, loaded.job, Aws(environment, clock), clock)
    notifier.tell(notice)
    notifier.close(clock.monotonic() + patience_seconds)
    troubles = {trouble.target: trouble.why for trouble in notifier.troubles()}
    return [Told(target, troubles.get(target, "")) for target in notifier.targets()]
