"""Tells those whom a run's environment names that so many of its users have a new password by now."""

from __future__ import annotations

from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.cognito.session import Aws
from bulkreset.errors import InputError, Problem
from bulkreset.flow.announcing import facts_of, notice_of
from bulkreset.flow.report import reading
from bulkreset.flow.subscriptions import notifier_of, tells
from bulkreset.followup.milestones import milestone
from bulkreset.followup.stages import Stage
from bulkreset.notifications.notice import FollowUp as Figures
from bulkreset.notifications.notifier import Trouble
from bulkreset.reporting.followup.base import FollowUp
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.settings.loading import load_environment

EVERYBODY = "everybody"

PATIENCE_SECONDS = 10.0
"""Nothing waits for a follow-up as a run would be waited for: every target has the time that it takes."""


def tell_milestone(told: FollowUp, path: Path, clock: Clock) -> list[Trouble]:
    """Tell of a follow-up that ends with itself in its history, if it is the first to reach a milestone."""
    *earlier, now = told.history
    passed = milestone(now, earlier)
    if passed is None:
        return []
    tally = now.tally
    figures = Figures(tally.awaited, tally.of(Stage.CHANGED), tally.left, round(passed * 100, 1))
    return tell_follow_up(path, figures, clock)


def tell_follow_up(
    path: Path, found: Figures, clock: Clock, patience_seconds: float = PATIENCE_SECONDS
) -> list[Trouble]:
    """Tell of a follow-up, or of a milestone; returns whom it was not possible to tell.

    Nothing happens where nobody is to be told. Raises Refused without credentials for AWS.
    """
    with reading(path) as reader:
        planned = Environment.model_validate(reader.meta("environment"))
        job = Job.model_validate(reader.meta("job"))
        try:
            environment = _as_it_is_now(planned, Path(reader.meta("environment_path")))
        except InputError as error:
            return [Trouble(EVERYBODY, str(error))]
        if not tells(environment, "follow-up"):
            return []
        run = facts_of(reader, path, with_reason=environment.notify.with_reason)
        which = f"{found.milestone:g}" if found.milestone is not None else f"{clock.now():.0f}"
        notice_id = f"{run.digest[:16]}-{which}-follow-up"
        notice = notice_of(reader, path, run, notice_id, "follow-up", at=clock.now(), follow_up=found)
    notifier = notifier_of(environment, job, Aws(environment, clock), clock)
    notifier.tell(notice)
    notifier.close(clock.monotonic() + patience_seconds)
    return notifier.troubles()


def _as_it_is_now(planned: Environment, file: Path) -> Environment:
    """The environment from its file: to look at a run never starts a program that only the run file names.

    Raises InputError where somebody was to be told and the file does not say whom any more.
    """
    if not file.is_file():
        if tells(planned, "follow-up"):
            raise InputError(
                Problem("the environment file of the run, which says whom, is gone", "put it back", file)
            )
        return planned
    now = load_environment(file)
    if now.pool_id != planned.pool_id:
        raise InputError(
            Problem(f"this is about pool {now.pool_id}, and the run about {planned.pool_id}", "", file)
        )
    return now
