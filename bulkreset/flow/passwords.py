"""How a run comes by its passwords: made by the job's recipe and the pool's policy, and sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bulkreset.actions.registry import actions
from bulkreset.execution.passwords import NO_PASSWORDS, Passwords
from bulkreset.pool import PasswordPolicy
from bulkreset.preflight.checks.handout import recipe_of
from bulkreset.secrets.age import Sealer
from bulkreset.secrets.generator import Generator
from bulkreset.secrets.process import leave_no_core
from bulkreset.secrets.secret import Secret
from bulkreset.settings.job import Job


def passwords_of(
    job: Job, planned: Collection[str], policy: PasswordPolicy, given: Mapping[int, Secret]
) -> Passwords:
    """The passwords of a run that carries out these actions. `given` are those that somebody chose, by row.

    Raises Refused where the job's recipe and the pool's policy contradict each other.
    """
    if not any(actions()[name].password for name in planned):
        return NO_PASSWORDS
    leave_no_core()
    recipients = job.handout.recipients if job.handout else ()
    return Passwords(
        make=Generator(policy, recipe_of(job.passwords)).new,
        seal=Sealer(recipients).seal if recipients else None,
        given=given,
        discards=job.handout is not None and job.handout.discard,
    )
