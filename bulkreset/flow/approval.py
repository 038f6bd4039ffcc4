"""Approvals of a run: how they stand, and the refusal of a run that has too few of them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bulkreset.clock import iso
from bulkreset.errors import Outdated, Refused
from bulkreset.flow.safeguards import Safeguards
from bulkreset.ledger.faults import while_reading
from bulkreset.ledger.read import RunReader
from bulkreset.planning.approval import Approval, Plan, Tally, approval_from_json, statement, tally
from bulkreset.shell import quoted

if TYPE_CHECKING:
    from bulkreset.cognito.session import Aws

APPROVED = "approved"
"""The kind of event that an approval is."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approvals of one run, and what is asked of them.

    `begun_at` is when the run's first call was made, None before; from then on its approvals are judged as
    of that moment. `latest` is the time of the last event: no clock is behind it.
    """

    path: Path
    asked: Safeguards
    plan: Plan
    given: tuple[Approval, ...]
    begun_at: float | None
    latest: float

    def tally(self, now: float) -> Tally:
        """How they stand. Signatures are not looked at."""
        at = max(now, self.latest) if self.begun_at is None else self.begun_at
        return tally(self.asked.approval, self.plan, self.given, at)

    def refuse_changed(self, reader: RunReader) -> None:
        """Raise Refused if an event is not as it was written, or if the file does not say who planned.

        That nothing else was edited has to be known: `taking_up.refuse_edited`.
        """
        broken = reader.break_in_chain()
        if broken:
            raise Outdated(f"the events of {self.path} are not as they were written: {broken}; plan again")
        if not self.plan.planner:
            raise Refused(
                f"{self.path} does not say who planned it, since no approval was asked for then; plan again"
            )

    def refuse_unapproved(self, reader: RunReader, now: float) -> None:
        """Raise Refused for a run that needs approvals and has too few, or was changed. Makes no call."""
        if self.asked.approval.required:
            self.refuse_changed(reader)
            self.refuse_too_few(now)

    def refuse_too_few(self, now: float) -> None:
        """Raise Refused, with the numbers, where approvals are lacking. Makes no call."""
        counted = self.tally(now)
        if not counted.is_enough:
            raise Refused("\n".join(self._told(counted)))

    def refuse_forged(self, aws: Aws, now: float) -> None:
        """Raise Refused where approvals are lacking once their signatures were checked, at AWS's time."""
        self.refuse_too_few(now)
        key = self.asked.approval.kms_key
        if not key or not self.asked.approval.required:
            return
        counted = self.tally(now)
        forged = [approval for approval in counted.counted if not self._is_signed(aws, key, approval)]
        signed = tuple(approval for approval in counted.counted if approval not in forged)
        why = f"not signed with {key}: edited by hand, or signed with another key"
        checked = replace(
            counted, counted=signed, void=(*counted.void, *((approval, why) for approval in forged))
        )
        if not checked.is_enough:
            raise Refused("\n".join(self._told(checked)))

    def _is_signed(self, aws: Aws, key: str, approval: Approval) -> bool:
        from bulkreset.cognito.account.signing import is_signed  # noqa: PLC0415 - boto3, which a look spares

        try:
            signature = base64.b64decode(approval.signature, validate=True)
        except binascii.Error:
            return False
        return is_signed(aws, key, statement(self.plan, approval), approval.algorithm, signature)

    def _told(self, counted: Tally) -> Iterator[str]:
        yield f"{self.path} has {len(counted.counted)} of {counted.required} approvals; nothing was called"
        for approval in counted.counted:
            yield f"  by {approval.caller} until {iso(approval.expires_at)}"
        for approval, why in counted.void:
            yield f"  not that of {approval.caller}: {why}"
        if self.begun_at is None:
            lacking = f"{counted.lacking} more" if counted.counted else str(counted.lacking)
            approve = f"`bulkreset approve {quoted(self.path)}`"
            yield f"next: {lacking} by anybody but {self.plan.planner}: {approve}"


def approvals_of(reader: RunReader, path: Path, asked: Safeguards) -> Approvals:
    """The approvals in a run file, for what is asked of it."""
    planner = reader.meta("planner")
    events = list(reader.events())
    with while_reading():
        given = tuple(approval_from_json(event.detail) for event in events if event.kind == APPROVED)
        plan = Plan(
            digest=reader.meta("digest"),
            seal=reader.meta("seal") or "",
            pool_arn=reader.meta("pool").get("arn", ""),
            planner=planner["caller"] if planner else "",
        )
    latest = max((event.at for event in events), default=0.0)
    return Approvals(path, asked, plan, given, reader.first_called_at(), latest)
