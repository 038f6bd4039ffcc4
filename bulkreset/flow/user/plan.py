"""What is to be done for one user: find the user, and plan a job of one row as any batch is planned.

So the planner, the preflight, whom the environment protects, the caps and the budget of messages are those of
a batch. What a batch does not ask for each user is asked here: whether SES holds back the message.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.access import Access, open_access
from bulkreset.flow.report import reading
from bulkreset.flow.user.advice import Way, meaning, ways_out
from bulkreset.flow.user.found import the_user
from bulkreset.flow.user.job import JobOfOne, job_of_one
from bulkreset.flow.user.outlook import Subject, subject
from bulkreset.flow.user.reach import SUPPRESSED, kept_from
from bulkreset.flow.user.wish import Wish
from bulkreset.goals.base import DecisionKind
from bulkreset.goals.registry import goals
from bulkreset.planning.reasons import meanings
from bulkreset.pool import PasswordPolicy
from bulkreset.preflight.base import Finding
from bulkreset.preflight.findings import findings_from_json
from bulkreset.settings.environment import Environment
from bulkreset.settings.loading import load_environment
from bulkreset.users import UserState

NOT_INVITED = "not-invited"


@dataclass(frozen=True, slots=True)
class Carried:
    """What is carried out: the run file of the plan, its digest, and the user's row in it."""

    files: JobOfOne
    digest: str
    row: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be done with a user, or why not, before anything is changed.

    `why` is the rule's own sentence, `means` what that comes to for this user, `ways` what would help.
    `hazards` are told whatever was consented to. `carried` is there where something is to be done.
    """

    user: UserState
    wish: Wish
    password_policy: PasswordPolicy
    decision: DecisionKind
    reason: str
    why: str
    means: str = ""
    ways: tuple[Way, ...] = ()
    steps: tuple[str, ...] = ()
    medium: str = ""
    hazards: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    carried: Carried | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    about: Subject
    password_policy: PasswordPolicy

    def not_done(self, wish: Wish, decision: DecisionKind, reason: str, why: str) -> Planned:
        return Planned(
            user=self.about.user,
            wish=wish,
            password_policy=self.password_policy,
            decision=decision,
            reason=reason,
            why=why,
            means=meaning(wish, reason),
            ways=ways_out(self.about, wish, reason),
        )


@contextmanager
def planned_for(
    environment_path: Path, name: str, wish: Wish, keep: Path | None, clock: Clock
) -> Iterator[Planned | None]:
    """A plan for the user that a name means, None where nobody has it. Changes nothing in the pool.

    Raises InputError for an environment that cannot be used, and Refused where several users have the name,
    where others would have to approve, and for whatever refuses a batch.
    """
    from bulkreset.flow.plan import plan_job  # noqa: PLC0415 - pandas, which a refusal spares

    environment = load_environment(environment_path)
    _refuse_alone(environment, wish)
    access = open_access(environment, clock)
    try:
        found = _find(access, environment, name, wish)
        if found is None:
            yield None
            return
        user = found.about.user
        if wish.only_for not in (None, user.status):
            why = f"status {user.status}, and only {wish.only_for} means that an invitation is open"
            yield found.not_done(wish, DecisionKind.SKIP, NOT_INVITED, why)
            return
        with job_of_one(environment_path, user.username, wish, keep) as files:
            digest = plan_job(files.job, files.run, None, clock)
            yield _planned(access, found, wish, files, digest)
    finally:
        access.close()


def _refuse_alone(environment: Environment, wish: Wish) -> None:
    """Raise Refused where a plan takes the approval of others, which a single command cannot have."""
    asked = environment.approval.required
    if asked:
        others = "another person" if asked == 1 else f"{asked} others"
        raise Refused(
            f"this environment has every plan approved by {others}, for one user too; write a job of one row "
            f"(`goal: {wish.goal}`), then `bulkreset plan JOB --out RUN` and `bulkreset approve RUN`; "
            "nothing was called"
        )


def _find(access: Access, environment: Environment, name: str, wish: Wish) -> _Found | None:
    """The user. Raises Refused where the pool cannot have what is wanted done to anybody."""
    try:
        pool, settings = access.directory.pool_and_settings()
        user = the_user(access, pool, name)
        if user is None:
            return None
        about = subject(access.directory, environment, pool, user)
    except Stopped as error:
        raise Refused(f"{error}; check endpoint_url, the network and the proxy") from error
    refusal = about.is_refused(wish.goal, wish.policy)
    if refusal:
        raise Refused(f"{refusal}; for one user: `bulkreset user set-password`; nothing was changed")
    return _Found(about, settings.password_policy)


def _planned(access: Access, found: _Found, wish: Wish, files: JobOfOne, digest: str) -> Planned:
    with reading(files.run) as reader:
        (row,) = reader.planned_rows()
        hazards = tuple(reader.meta("hazards") or ())
        findings = findings_from_json(reader.meta("findings"))
    decision, why = DecisionKind(row.decision), meanings(goals()[wish.goal]).get(row.reason, "")
    if decision is not DecisionKind.DO:
        return found.not_done(wish, decision, row.reason, why)
    lost = kept_from(access, found.about, row.medium)
    if lost:
        return found.not_done(wish, DecisionKind.BLOCK, SUPPRESSED, lost)
    return Planned(
        user=found.about.user,
        wish=wish,
        password_policy=found.password_policy,
        decision=decision,
        reason=row.reason,
        why=why,
        steps=tuple(row.steps.split()),
        medium=row.medium,
        hazards=hazards,
        findings=findings,
        carried=Carried(files, digest, row.row),
    )
