"""Tells those whom a run's environment names how many of its users have changed their password since."""

from __future__ import annotations

from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.cognito.session import Aws
from bulkreset.flow.announcing import facts_of, notice_of
from bulkreset.flow.report import reading
from bulkreset.flow.subscriptions import notifier_of, tells
from bulkreset.notifications.notice import FollowUp
from bulkreset.notifications.notifier import Trouble
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job

PATIENCE_SECONDS = 10.0
"""Nothing waits for a follow-up as a run would be waited for: every target has the time that it takes."""


def tell_follow_up(
    path: Path, found: FollowUp, clock: Clock, patience_seconds: float = PATIENCE_SECONDS
) -> list[Trouble]:
    """Tell of a follow-up, or of a milestone; returns whom it was not possible to tell.

    Nothing happens where nobody is to be told. Raises Refused without credentials for AWS.
    """
    with reading(path) as reader:
        environment = Environment.model_validate(reader.meta("environment"))
        if not tells(environment, "follow-up"):
            return []
        job = Job.model_validate(reader.meta("job"))
        run = facts_of(reader, path, with_reason=environment.notify.with_reason)
        which = f"{found.milestone:g}" if found.milestone is not None else f"{clock.now():.0f}"
        notice_id = f"{run.digest[:16]}-{which}-follow-up"
        notice = notice_of(reader, path, run, notice_id, "follow-up", at=clock.now(), follow_up=found)
    notifier = notifier_of(environment, job, Aws(environment, clock), clock)
    notifier.tell(notice)
    notifier.close(clock.monotonic() + patience_seconds)
    return notifier.troubles()
