"""Looking at the users of a run again: the cheapest read, which bills nobody, then the judging table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import bulkreset
from bulkreset.actions.base import Sequel
from bulkreset.actions.registry import actions
from bulkreset.clock import Clock
from bulkreset.errors import Refused
from bulkreset.flow.followup.begun import begun_rows, extras_of
from bulkreset.flow.followup.pool import nobody_seen, seen_now
from bulkreset.flow.report import reading
from bulkreset.followup.history import points
from bulkreset.followup.judge import TABLE
from bulkreset.followup.rows import Circumstances, judged, to_look_up
from bulkreset.followup.tally import reasons, tallies, tally
from bulkreset.ledger.states import Outcome
from bulkreset.reporting.followup.base import FollowUp, Reason, Subject
from bulkreset.reporting.status import run_status
from bulkreset.settings.environment import Environment

MISSED = (Outcome.FAILED, Outcome.DRIFTED, Outcome.NOT_ATTEMPTED)
"""Outcomes of rows that the plan meant to do."""


def follow_up(path: Path, by_column: str, soon_seconds: float, clock: Clock) -> FollowUp:
    """What became of the users of the run at `path`, as the pool has them now. Writes nothing.

    Raises InputError for a column that nothing can be grouped by, and Refused where the pool cannot be read.
    """
    with reading(path) as reader:
        rows = begun_rows(reader, by_column)
        status = run_status(reader, path)
        begun_at = reader.first_called_at()
        subject = Subject(
            run=str(path),
            digest=reader.meta("digest"),
            goal=reader.meta("goal"),
            reason=str(reader.meta("reason")),
            state=status["state"],
            pool_id=reader.meta("pool")["pool_id"],
            version=bulkreset.__version__,
            begun_at=begun_at,
            rows=status["rows"]["total"],
            extra_columns=tuple(reader.meta("extra_columns")),
        )
        history = points((event.kind, event.detail) for event in reader.events())
        environment = Environment.model_validate(reader.meta("environment"))
        read = reader.meta("job")["read"]
    wanted = to_look_up(rows)
    seen = nobody_seen(clock.now()) if wanted.empty else seen_now(environment, wanted, read, clock)
    found = judged(rows, seen.users, Circumstances(seen.at, seen.valid_days, soon_seconds))
    by_outcome = Counter(found["outcome"].tolist())
    others = {name: count - by_outcome[name] for name, count in status["outcomes"].items()}
    others = {name: count for name, count in others.items() if count > 0}
    meanings = {line.reason: line.when for line in TABLE}
    return FollowUp(
        subject=subject,
        read_at=seen.at,
        read=seen.read,
        valid_days=seen.valid_days,
        soon_seconds=soon_seconds,
        whole=tally(found),
        others=others,
        missed=sum(others.get(outcome, 0) for outcome in MISSED),
        unfinished=sum(by_outcome[outcome] for outcome in MISSED),
        reasons=tuple(Reason(stage, name, meanings[name], count) for stage, name, count in reasons(found)),
        waves=tallies(found, "wave"),
        steps=tallies(found, "step"),
        by_column=by_column,
        groups=tallies(found, "group") if by_column else {},
        history=history,
        rows=found,
        extras=lambda wanted: extras_of(path, wanted),
    )


def refuse_undecidable(told: FollowUp) -> None:
    """Raises Refused where no follow-up can ever tell how many have changed their password."""
    awaited = [step for step, each in told.steps.items() if each.awaited]
    if awaited and all(actions()[step].sequel is Sequel.RECOVERY for step in awaited):
        raise Refused(
            "after a scramble nobody can tell a new password from any other change of a user, so `--until` "
            "would never be reached; leave it out, and look at who is `pending` and `unclear`"
        )
