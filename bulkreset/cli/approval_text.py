"""The approvals of a run, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bulkreset.clock import Clock, iso
from bulkreset.flow.approval import approvals_of
from bulkreset.flow.safeguards import safeguards_of
from bulkreset.ledger.read import RunReader
from bulkreset.planning.approval import Approval, Tally
from bulkreset.settings.environment import Environment
from bulkreset.shell import quoted


def approval_text(reader: RunReader, path: Path, clock: Clock) -> Iterator[str]:
    """How the approvals stand, where any is asked for: as the run file says, without a look at signatures."""
    asked = safeguards_of(Environment.model_validate(reader.meta("environment")))
    if not asked.approval.required:
        return
    counted = approvals_of(reader, path, asked).tally(clock.now())
    yield tally_line(counted)
    yield from (f"  {approval_line(approval)}" for approval in counted.counted)
    for approval, why in counted.void:
        yield f"  not that of {approval.caller}: {why}"


def next_step(reader: RunReader, path: Path, digest: str) -> str:
    """What comes after a plan: somebody else's approval, or to carry it out."""
    required = Environment.model_validate(reader.meta("environment")).approval.required
    if required:
        by = "somebody else" if required == 1 else f"{required} others"
        return f"bulkreset approve {quoted(path)}, by {by}"
    return f"bulkreset apply {quoted(path)} --confirm {digest}"


def approval_line(approval: Approval) -> str:
    signed = f", signed with {approval.key}" if approval.signature else ""
    comment = f": {approval.comment}" if approval.comment else ""
    return f"approved by {approval.caller} until {iso(approval.expires_at)}{signed}{comment}"


def tally_line(counted: Tally) -> str:
    """`1 of 2 approvals`."""
    return f"{len(counted.counted)} of {counted.required} approvals"
