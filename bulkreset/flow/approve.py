"""approve: somebody other than the planner agrees to a plan, and that is written into its run file."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bulkreset.account import Caller
from bulkreset.clock import Clock
from bulkreset.cognito.account.identity import caller_of, own_services
from bulkreset.cognito.account.signing import sign
from bulkreset.cognito.session import Aws
from bulkreset.errors import Refused
from bulkreset.flow.approval import APPROVED, Approvals, approvals_of
from bulkreset.flow.planner import NOBODY
from bulkreset.flow.process import this_process
from bulkreset.flow.safeguards import refuse_too_old, safeguards_in_force
from bulkreset.flow.taking_up import refuse_edited
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState
from bulkreset.planning.approval import Approval, Tally, statement
from bulkreset.planning.persons import same_person
from bulkreset.settings.environment import Environment
from bulkreset.shell import quoted

Agree = Callable[[RunReader, Approval], bool]
"""Is asked, with the approval as it would be written, whether it is to be."""


def approve_run(
    path: Path, agree: Agree, comment: str, clock: Clock, named: Path | None = None
) -> tuple[Approval, Tally]:
    """Write an approval by the present caller into a planned run; it, and how the approvals now stand.

    Raises Refused where the plan was edited or begun, or where this caller cannot approve it.
    """
    with lock_run(path), open_for_writing(path) as connection:
        reader, journal = RunReader(connection), Journal(connection)
        refuse_edited(reader, path)
        _refuse_begun(reader, path)
        asked = safeguards_in_force(reader, path, named)
        if not asked.approval.required:
            raise Refused(
                f"{path} needs no approval: its environment says `approval: {{required: 0}}`; "
                f"next: bulkreset apply {quoted(path)} --confirm {reader.meta('digest')}"
            )
        approvals = approvals_of(reader, path, asked)
        approvals.refuse_changed(reader)
        now = max(clock.now(), approvals.latest)
        refuse_too_old(reader, path, asked, now)
        services = own_services(Environment.model_validate(reader.meta("environment")), clock)
        approver = caller_of(services)
        if approver is None:
            raise Refused(NOBODY.format("approves"))
        _refuse_approver(approver, approvals, _accounts(reader))
        approval = Approval(
            digest=approvals.plan.digest,
            seal=approvals.plan.seal,
            caller=approver.arn,
            account_id=approver.account_id,
            approved_at=now,
            expires_at=now + (asked.approval.expires_after.seconds or 0.0),
            comment=comment,
        )
        if not agree(reader, approval):
            raise Refused(
                f"the plan in {path} is not approved; read it with `bulkreset show {quoted(path)}`, which "
                f"ends with its digest, then `bulkreset approve {quoted(path)} --confirm DIGEST`"
            )
        if asked.approval.kms_key:
            approval = _signed(approval, approvals, asked.approval.kms_key, services)
        journal.event(now, APPROVED, {**dataclasses.asdict(approval), **this_process()})
        return approval, approvals_of(reader, path, asked).tally(now)


def _refuse_begun(reader: RunReader, path: Path) -> None:
    """Only a plan of which nothing was carried out can be approved."""
    state = reader.meta("state")
    if state == RunState.FINISHED or reader.first_called_at() is not None:
        is_so = "finished" if state == RunState.FINISHED else "begun"
        raise Refused(
            f"{path} is {is_so}: an approval comes before the first call; "
            f"`bulkreset audit {quoted(path)}` shows who approved what"
        )


def _accounts(reader: RunReader) -> set[str]:
    """The accounts whose callers may approve: that of the pool, and that of the planner."""
    account: Mapping[str, Any] = reader.meta("account") or {}
    return {account.get("account_id", ""), reader.meta("planner")["account_id"]} - {""}


def _refuse_approver(approver: Caller, approvals: Approvals, accounts: set[str]) -> None:
    planner = approvals.plan.planner
    if approver.account_id not in accounts:
        raise Refused(
            f"these credentials are of account {approver.account_id}, and {approvals.path} was planned in "
            f"{' and '.join(sorted(accounts))}; approve with credentials of that account"
        )
    if not same_person(approver.arn, planner):
        return
    if approver.arn == planner:
        raise Refused(
            f"{planner} planned {approvals.path} and cannot approve it; somebody else has to: "
            f"`bulkreset approve {quoted(approvals.path)}`"
        )
    raise Refused(
        f"{approver.arn} may be {planner}, who planned {approvals.path}: both use one role, and the name of "
        "a session does not say who; set `role_session_name` in the profile, or use IAM Identity Center"
    )


def _signed(approval: Approval, approvals: Approvals, key: str, services: Aws) -> Approval:
    """The approval with its signature, by the approver's own permissions."""
    signature = sign(services, key, statement(approvals.plan, approval))
    return replace(
        approval,
        key=signature.key_arn,
        algorithm=signature.algorithm,
        signature=base64.b64encode(signature.value).decode("ascii"),
    )
