"""What is asked of a plan before its first call: approvals, a rehearsal, and that it is not too old.

The run file says so itself, and the environment file that it was planned with says it too, as long as it is
there: the stricter of both holds, so that a run file cannot be talked out of it. Once a run has begun only
its own file counts, and the environment that the operator names.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bulkreset.clock import iso
from bulkreset.errors import InputError, Refused
from bulkreset.ledger.read import RunReader
from bulkreset.settings.approval import Approval
from bulkreset.settings.durations import duration_text
from bulkreset.settings.environment import Environment
from bulkreset.settings.loading import load_environment
from bulkreset.settings.rehearsal import Rehearsal
from bulkreset.settings.spans import Span


@dataclass(frozen=True, slots=True)
class Safeguards:
    """Approvals that are asked for, how old a plan may be, and whether it has to be rehearsed."""

    approval: Approval
    plan_max_age: Span
    rehearsal: Rehearsal

    def are_outlived(self, age: float) -> bool:
        """Whether a plan of that many seconds is too old."""
        return self.plan_max_age.seconds is not None and age > self.plan_max_age.seconds


def safeguards_of(environment: Environment) -> Safeguards:
    return Safeguards(environment.approval, environment.plan_max_age, environment.rehearsal)


def safeguards_in_force(reader: RunReader, path: Path, named: Path | None) -> Safeguards:
    """What holds for a run. `named` is an environment file that the operator names.

    Raises InputError where an environment file cannot be read, or is about another pool, and Refused
    where two of them name different keys.
    """
    planned = Environment.model_validate(reader.meta("environment"))
    holding = safeguards_of(planned)
    kept_path = reader.meta("environment_path")
    if reader.first_called_at() is None and kept_path and Path(kept_path).is_file():
        now = load_environment(Path(kept_path))
        if now.pool_id == planned.pool_id:
            holding = _stricter(holding, safeguards_of(now), path, Path(kept_path))
    if named is not None:
        asking = load_environment(named)
        if asking.pool_id != planned.pool_id:
            raise InputError(
                f"{named} is about pool {asking.pool_id} and {path} about {planned.pool_id}; name the "
                "environment of that pool"
            )
        holding = _stricter(holding, safeguards_of(asking), path, named)
    return holding


def refuse_too_old(reader: RunReader, path: Path, asked: Safeguards, now: float) -> None:
    """Raise Refused for a plan that is past its age and has not begun."""
    planned_at = float(reader.meta("planned_at"))
    age = now - planned_at
    if not asked.are_outlived(age) or reader.first_called_at() is not None:
        return
    raise Refused(
        f"{path} was planned at {iso(planned_at)}, {duration_text(_rounded(age))} ago, and `plan_max_age` "
        f"is {asked.plan_max_age}; users have changed since: plan again"
    )


def _rounded(seconds: float) -> float:
    """To the second up to an hour, to the minute beyond."""
    whole = round(seconds)
    return float(whole if whole < 3600 else whole // 60 * 60)  # noqa: PLR2004 - an hour


def _stricter(a: Safeguards, b: Safeguards, path: Path, file: Path) -> Safeguards:
    keys = {key for key in (a.approval.kms_key, b.approval.kms_key) if key is not None}
    if len(keys) > 1:
        raise Refused(
            f"approvals of {path} are to be signed with {a.approval.kms_key}, and {file} says "
            f"{b.approval.kms_key}; plan again"
        )
    approval = Approval(
        required=max(a.approval.required, b.approval.required),
        expires_after=_shorter(a.approval.expires_after, b.approval.expires_after),
        kms_key=next(iter(keys), None),
    )
    rehearsal = Rehearsal(
        required=a.rehearsal.required or b.rehearsal.required,
        max_age=_shorter(a.rehearsal.max_age, b.rehearsal.max_age),
    )
    return Safeguards(approval, _shorter(a.plan_max_age, b.plan_max_age), rehearsal)


def _shorter(a: Span, b: Span) -> Span:
    return min(a, b, key=lambda span: float("inf") if span.seconds is None else span.seconds)
