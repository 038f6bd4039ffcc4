"""Whether a run may begin: its environment may want what it does to users rehearsed first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from bulkreset.clock import iso
from bulkreset.errors import Refused
from bulkreset.flow.rehearsal.record import Rehearsed, latest
from bulkreset.flow.rehearsal.registry import walks_of
from bulkreset.settings.rehearsal import Rehearsal

NEXT = "bulkreset rehearse JOB --client-id ID --user NAME"


def refuse_unrehearsed(
    asked: Rehearsal, folder: Path | None, pool_id: str, actions: Collection[str], now: float
) -> tuple[Rehearsed, ...]:
    """The rehearsals of the ways that these actions send users, as far as there are any.

    Raises Refused where they are required and one was not walked lately, or last walked in vain. `folder` is
    where rehearsals are kept, None where there is none.
    """
    known = latest(folder, pool_id) if folder is not None else {}
    names = [walk.name for walk in walks_of(actions)]
    if asked.required:
        problems = {name: _problem(name, known.get(name), asked, now) for name in names}
        _refuse({name: problem for name, problem in problems.items() if problem})
    return tuple(known[name] for name in names if name in known)


def _refuse(problems: Mapping[str, str]) -> None:
    if not problems:
        return
    # A job may lead there only by what the plan came to, so that rehearsing the job alone would not do.
    command = f"{NEXT} --walk {next(iter(problems))}" if len(problems) == 1 else NEXT
    told = [*problems.values(), f"nothing was called; walk through it with one user: `{command}`"]
    raise Refused("\n".join(told))


def _problem(walk: str, last: Rehearsed | None, asked: Rehearsal, now: float) -> str:
    if last is None:
        return f"the environment wants {walk!r} rehearsed, and it never was in this pool from this machine"
    if not last.passed:
        return f"the last rehearsal of {walk!r}, at {iso(last.at)}, failed at: {last.failed_at}"
    if asked.max_age.seconds is not None and now - last.at > asked.max_age.seconds:
        return f"the last rehearsal of {walk!r} was at {iso(last.at)}, and `max_age` is {asked.max_age}"
    return ""
