"""A command for one user: find the user, plan a job of one row, and carry it out as any batch is.

So the planner, the preflight, whom the environment protects, the caps, the budget of messages, the look
before the call, the read-back of lost answers and the journal are those of a batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.access import Access, open_access
from bulkreset.flow.carry_out import Watch, apply_run
from bulkreset.flow.report import reading
from bulkreset.flow.user.advice import Way, meaning, ways_out
from bulkreset.flow.user.found import the_user
from bulkreset.flow.user.job import JobOfOne, job_of_one
from bulkreset.flow.user.outlook import Subject, subject
from bulkreset.flow.user.reach import SUPPRESSED, kept_from
from bulkreset.flow.user.wish import Wish
from bulkreset.goals.base import DecisionKind
from bulkreset.goals.registry import goals
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import Outcome, RunState
from bulkreset.planning.reasons import meanings
from bulkreset.preflight.base import Finding
from bulkreset.preflight.findings import findings_from_json
from bulkreset.reporting.base import cells
from bulkreset.reporting.status import Status, exit_code, run_status
from bulkreset.settings.environment import Environment
from bulkreset.settings.loading import load_environment
from bulkreset.users import UserState


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be done with a user, or why not, before anything is changed.

    `why` is the rule's own sentence, `means` what that comes to for this user, `ways` what would help.
    `hazards` are told whatever was consented to. `files` are those of the job.
    """

    user: UserState
    wish: Wish
    decision: DecisionKind
    reason: str
    why: str
    steps: tuple[str, ...]
    medium: str
    digest: str
    hazards: tuple[str, ...]
    findings: tuple[Finding, ...]
    means: str
    ways: tuple[Way, ...]
    files: JobOfOne


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of it. `run` is the run file that was left, None where none was."""

    outcome: str
    error_code: str
    error_message: str
    status: Status
    exit_code: int
    run: Path | None


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
        about = _found(access, environment, name, wish)
        if about is None:
            yield None
            return
        with job_of_one(environment_path, about.user.username, wish, keep) as files:
            digest = plan_job(files.job, files.run, None, clock)
            yield _planned(access, about, wish, files, digest)
    finally:
        access.close()


def carried_out(planned: Planned, watch: Watch, clock: Clock) -> Ended:
    """Carry out what was planned, and nothing else.

    Raises Stopped and Refused as a batch does; a run that is not through then says how it is taken up.
    """
    run = planned.files.run
    next_step = f"next: bulkreset resume {run}"
    try:
        apply_run(run, lambda digest: digest == planned.digest, watch, clock)
    except Stopped as error:
        raise Stopped(f"{error}\n{next_step}" if _is_left_open(planned.files) else str(error)) from error
    except Refused as error:
        raise Refused(f"{error}\n{next_step}" if _is_left_open(planned.files) else str(error)) from error
    with reading(run) as reader:
        return _ended(reader, planned.files)


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


def _found(access: Access, environment: Environment, name: str, wish: Wish) -> Subject | None:
    """The user. Raises Refused where the pool cannot have what is wanted done to anybody."""
    try:
        pool = access.directory.pool()
        user = the_user(access, pool, name)
        if user is None:
            return None
        about = subject(access.directory, environment, pool, user)
    except Stopped as error:
        raise Refused(f"{error}; check endpoint_url, the network and the proxy") from error
    refusal = about.is_refused(wish.goal, wish.policy)
    if refusal:
        raise Refused(f"nothing was changed: {refusal}")
    return about


def _planned(access: Access, about: Subject, wish: Wish, files: JobOfOne, digest: str) -> Planned:
    with reading(files.run) as reader:
        (row,) = reader.planned_rows()
        hazards = tuple(reader.meta("hazards") or ())
        findings = findings_from_json(reader.meta("findings"))
    decision, reason = DecisionKind(row.decision), row.reason
    why = meanings(goals()[wish.goal]).get(reason, "")
    lost = kept_from(access, about, row.medium)
    if lost:
        decision, reason, why = DecisionKind.BLOCK, SUPPRESSED, lost
    is_do = decision is DecisionKind.DO
    return Planned(
        user=about.user,
        wish=wish,
        decision=decision,
        reason=reason,
        why=why,
        steps=tuple(row.steps.split()) if is_do else (),
        medium=row.medium if is_do else "",
        digest=digest,
        hazards=hazards,
        findings=findings,
        means="" if is_do else meaning(wish, reason),
        ways=() if is_do else ways_out(about, wish, reason),
        files=files,
    )


def _ended(reader: RunReader, files: JobOfOne) -> Ended:
    (row,) = reader.report_rows()
    status = run_status(reader, files.run)
    told = cells(row)
    files.is_kept = row.outcome is Outcome.UNKNOWN
    return Ended(
        outcome=row.outcome.value,
        error_code=str(told["error_code"]),
        error_message=str(told["error_message"]),
        status=status,
        exit_code=exit_code(status),
        run=files.run if files.is_kept else None,
    )


def _is_left_open(files: JobOfOne) -> bool:
    """Whether the run was begun and is not through; then its files stay."""
    with reading(files.run) as reader:
        files.is_kept = reader.first_called_at() is not None and reader.meta("state") != RunState.FINISHED
    return files.is_kept
