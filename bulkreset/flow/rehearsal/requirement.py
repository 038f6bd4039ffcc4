"""Whether a run may begin: its environment may want what it does to users rehearsed first."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from bulkreset.clock import iso
from bulkreset.errors import Refused
from bulkreset.flow.rehearsal.record import Rehearsed, latest
from bulkreset.flow.rehearsal.registry import walks_of
from bulkreset.settings.rehearsal import Rehearsal

NEXT = "walk through it with one user: `bulkreset rehearse JOB --client-id ID --user NAME`"


def refuse_unrehearsed(
    asked: Rehearsal, folder: Path | None, pool_id: str, actions: Collection[str], now: float
) -> None:
    """Raise Refused where a way that these actions send users was not walked lately, or last walked in vain.

    `folder` is where rehearsals are kept, None where there is none.
    """
    if not asked.required:
        return
    known = latest(folder, pool_id) if folder is not None else {}
    problems = [
        problem
        for walk in walks_of(actions)
        if (problem := _problem(walk.name, known.get(walk.name), asked, now))
    ]
    if problems:
        raise Refused("\n".join([*problems, f"nothing was called; {NEXT}"]))


def _problem(walk: str, last: Rehearsed | None, asked: Rehearsal, now: float) -> str:
    if last is None:
        return f"the environment wants {walk!r} rehearsed, and it never was in this pool from this machine"
    if not last.passed:
        return f"the last rehearsal of {walk!r}, at {iso(last.at)}, failed at: {last.failed_at}"
    if asked.max_age.seconds is not None and now - last.at > asked.max_age.seconds:
        return f"the last rehearsal of {walk!r} was at {iso(last.at)}, and `max_age` is {asked.max_age}"
    return ""
