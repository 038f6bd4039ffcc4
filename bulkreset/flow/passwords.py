"""How a run comes by its passwords: made by the job's recipe and the pool's policy, and kept for somebody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from bulkreset.actions.registry import actions
from bulkreset.execution.passwords import NO_PASSWORDS, Passwords
from bulkreset.execution.ports import Storage
from bulkreset.pool import PasswordPolicy
from bulkreset.preflight.checks.handout import recipe_of
from bulkreset.secrets.age import Sealer
from bulkreset.secrets.generator import Generator
from bulkreset.secrets.process import leave_no_core
from bulkreset.secrets.secret import Secret
from bulkreset.settings.job import Job
from bulkreset.settings.secrets_manager import SecretsManager


def passwords_of(
    job: Job,
    planned: Collection[str],
    policy: PasswordPolicy,
    given: Mapping[int, Secret],
    store: Callable[[SecretsManager], Storage],
) -> Passwords:
    """The passwords of a run that carries out these actions. `given` are those that somebody chose, by row.

    `store` opens the place in AWS that the job may name.

    Raises Refused where the job's recipe and the pool's policy contradict each other.
    """
    if not any(actions()[name].password for name in planned):
        return NO_PASSWORDS
    leave_no_core()
    recipients = job.handout.recipients if job.handout else ()
    elsewhere = job.handout.secrets_manager if job.handout else None
    return Passwords(
        make=Generator(policy, recipe_of(job.passwords)).new,
        seal=Sealer(recipients).seal if recipients else None,
        given=given,
        storage=store(elsewhere) if elsewhere else None,
        discards=job.handout is not None and job.handout.discard,
    )
