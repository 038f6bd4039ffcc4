"""What the commands for one user print: what will be done, or why not and what would help; how it ended."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from bulkreset.actions.registry import actions
from bulkreset.cli.labels import indented, labelled
from bulkreset.flow.user.advice import Way
from bulkreset.flow.user.carry_out import Ended
from bulkreset.flow.user.plan import Planned
from bulkreset.goals.base import DecisionKind
from bulkreset.ledger.states import Outcome
from bulkreset.preflight.base import Severity
from bulkreset.secrets.secret import Secret

NOT_DONE = {
    DecisionKind.SKIP: "there is nothing to do",
    DecisionKind.BLOCK: "nothing was changed, this cannot be done safely",
}
ENDS = {
    Outcome.DONE: "done",
    Outcome.FAILED: "not done: Cognito refused",
    Outcome.UNKNOWN: "not known whether it was done",
    Outcome.DRIFTED: "not done: the user has changed meanwhile",
}


def planned_text(planned: Planned, environment: Path) -> Iterator[str]:
    yield labelled("user", f"{planned.user.username}: {planned.user.summary}")
    if planned.decision is DecisionKind.DO:
        yield from _to_do_text(planned)
        return
    yield labelled(planned.decision.value, f"{NOT_DONE[planned.decision]}: {planned.reason}")
    yield indented(planned.why)
    if planned.means:
        yield indented(planned.means)
    for way in planned.ways:
        yield labelled("instead", line_of(way, planned.user.username, environment))
        yield indented(way.brings)


def _to_do_text(planned: Planned) -> Iterator[str]:
    by = f" (message by {planned.medium})" if planned.medium else ""
    yield labelled(planned.decision.value, f"{', '.join(planned.steps)}{by}")
    known = actions()
    yield from _below("sees", [known[step].user_sees for step in planned.steps])
    yield from _below("lasting", [known[step].lasting for step in planned.steps])
    for hazard in planned.hazards:
        yield labelled("hazard", hazard)
    for finding in planned.findings:
        if finding.severity is not Severity.NOTE:
            yield labelled(finding.severity, finding.title)


def _below(label: str, sentences: Sequence[str]) -> Iterator[str]:
    """Sentences below one label, each on lines of its own."""
    told = [sentence for sentence in sentences if sentence]
    yield from (labelled("" if number else label, sentence) for number, sentence in enumerate(told))


def ended_text(ended: Ended, planned: Planned) -> Iterator[str]:
    said = ENDS.get(ended.outcome, ended.outcome.value)
    why = ": ".join(part for part in (ended.error_code, ended.error_message) if part)
    yield labelled(ended.outcome.value, f"{said}: {why}" if why else ", ".join(planned.steps))


def evidence_text(run: Path) -> str:
    return labelled("evidence", f"{run}: `bulkreset audit` tells what was called and when")


def line_of(way: Way, username: str, environment: Path) -> str:
    """The command line of a way out."""
    options = [*way.options.split(), "--environment", str(environment)]
    words = [*options, "--", username] if username.startswith("-") else [username, *options]
    return shlex.join(["bulkreset", "user", way.command, *words])


def result_json(
    name: str, planned: Planned | None, ended: Ended | None, run: Path | None, made: Secret | None
) -> str:
    """One object: whom it is about, what was decided and why, what became of it, what would help.

    `run` is the run file that is there afterwards. `made` is a password that nobody else knows.
    """
    if planned is None:
        return json.dumps({"user": {"name": name, "found": 0}, "decision": "block", "reason": "not-found"})
    told = {
        "user": {
            "name": name,
            "found": 1,
            "username": planned.user.username,
            "status": planned.user.status.value,
            "enabled": planned.user.enabled,
            "email": planned.user.email_contact.value,
            "phone_number": planned.user.phone_contact.value,
        },
        "command": planned.wish.command,
        "goal": planned.wish.goal,
        "decision": planned.decision.value,
        "reason": planned.reason,
        "why": planned.why,
        "means": planned.means,
        "steps": list(planned.steps),
        "medium": planned.medium,
        "instead": [f"{way.command} {way.options}".rstrip() for way in planned.ways],
        "hazards": list(planned.hazards),
        "digest": planned.carried.digest if planned.carried else "",
        "outcome": ended.outcome.value if ended else "",
        "error_code": ended.error_code if ended else "",
        "error_message": ended.error_message if ended else "",
        "calls": ended.status["calls"] if ended else {},
        "run": str(run or ""),
    }
    if made is not None:
        told["password"] = made.reveal()
    return json.dumps(told, ensure_ascii=False)
