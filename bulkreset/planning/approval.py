"""Which approvals of a plan count: of this very plan, by others than the planner, in time, and signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bulkreset.clock import iso
from bulkreset.planning.persons import persons, same_person
from bulkreset.settings.approval import Approval as Asked

STATEMENT = "bulkreset approval 1"
"""What a signature is for, so that none that was given for anything else is taken for one."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's consent to a plan. `caller` is an ARN; times are in epoch seconds.

    `digest` and `seal` are of the plan that was approved. `signature` is in base64, "" without a key.
    """

    digest: str
    seal: str
    caller: str
    account_id: str
    approved_at: float
    expires_at: float
    comment: str = ""
    key: str = ""
    algorithm: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is approved, and by whom it was planned."""

    digest: str
    seal: str
    pool_arn: str
    planner: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The approvals that count, one a person, and the others, each with why it does not."""

    required: int
    counted: tuple[Approval, ...]
    void: tuple[tuple[Approval, str], ...]

    @property
    def is_enough(self) -> bool:
        return len(self.counted) >= self.required

    @property
    def lacking(self) -> int:
        return max(0, self.required - len(self.counted))


def statement(plan: Plan, approval: Approval) -> bytes:
    """What an approver signs: canonical JSON, in ASCII."""
    said = {
        "statement": STATEMENT,
        "digest": approval.digest,
        "seal": approval.seal,
        "pool": plan.pool_arn,
        "approver": approval.caller,
        "approved_at": iso(approval.approved_at),
        "expires_at": iso(approval.expires_at),
        "comment": approval.comment,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def tally(asked: Asked, plan: Plan, given: Sequence[Approval], at: float) -> Tally:
    """Count approvals as of a moment. Here a signature has to be there; whether it is true, its key tells."""
    lasting = asked.expires_after.seconds or 0.0
    sound: list[Approval] = []
    void: list[tuple[Approval, str]] = []
    for approval in given:
        ends = min(approval.expires_at, approval.approved_at + lasting)
        why = _flaw(asked, plan, approval, ends, at)
        if why:
            void.append((approval, why))
        else:
            sound.append(approval)
    counted = []
    for person in persons(approval.caller for approval in sound):
        theirs = [approval for approval in sound if same_person(approval.caller, person)]
        counted.append(max(theirs, key=lambda approval: (approval.caller == person, approval.expires_at)))
    void += [(approval, "counted once") for approval in sound if approval not in counted]
    return Tally(asked.required, tuple(counted), tuple(void))


def _flaw(asked: Asked, plan: Plan, approval: Approval, ends: float, at: float) -> str:
    """Why an approval does not count; "" where it does."""
    if (approval.digest, approval.seal) != (plan.digest, plan.seal):
        return "of another plan"
    if same_person(approval.caller, plan.planner):
        return "by the planner"
    if ends <= at:
        return f"expired at {iso(ends)}"
    if asked.kms_key and not approval.signature:
        return "not signed"
    return ""


def approval_from_json(detail: Mapping[str, Any]) -> Approval:
    """An approval from the detail of its event. Raises KeyError or TypeError for what is none."""
    return Approval(**{name: detail[name] for name in Approval.__slots__})
