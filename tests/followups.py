"""Rows of runs as a follow-up looks at them, and users as the pool has them now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from factories import user

from bulkreset.followup.history import Point
from bulkreset.followup.judge import Lapse, Presence, Sight
from bulkreset.followup.rows import ROW_COLUMNS, Circumstances, judged
from bulkreset.followup.stages import Stage
from bulkreset.followup.tally import Tally, reasons, tallies, tally
from bulkreset.planning.snapshot import users_frame
from bulkreset.reporting.followup.base import FollowUp, Reason, Subject
from bulkreset.users import UserState, UserStatus

CALLED_AT = 1_700_000_000.0
DAY = 86_400.0
CIRCUMSTANCES = Circumstances(read_at=CALLED_AT + DAY, valid_days=7, soon_seconds=2 * DAY)

PLANNED_STATE = "CONFIRMED, enabled, email verified, phone none"


def sight(sequel: Any, **changes: Any) -> Sight:
    """An enabled user, CONFIRMED before and now, of whom nothing has changed since a call that was done."""
    values: dict[str, Any] = {
        "is_done": True,
        "presence": Presence.HERE,
        "status": UserStatus.CONFIRMED,
        "enabled": True,
        "had_to_change": False,
        "is_newer": True,
        "is_touched": False,
        "is_verified": True,
        "lapse": Lapse.GOOD,
    }
    return Sight(sequel=sequel, **values | changes)


def begun_row(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A row that was reset a day ago; its user is called user-NUMBER."""
    return {
        "row": number,
        "kind": "username",
        "identifier": f"user-{number}",
        "username": f"user-{number}",
        "state": PLANNED_STATE,
        "steps": "reset-password sign-out",
        "wave": 1,
        "outcome": "done",
        "action": "reset-password",
        "step_state": "done",
        "called_at": CALLED_AT,
        "group": "red",
    } | changes


def begun(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([*rows] or [begun_row()], columns=list(ROW_COLUMNS))
    texts = [name for name in ROW_COLUMNS if name not in ("row", "wave", "called_at")]
    frame[texts] = frame[texts].astype("str")
    return frame if rows else frame.iloc[:0]


def after(number: int, status: str, seconds: float = 1.0, **changes: Any) -> UserState:
    """The user of a row as the pool has it now, last changed so long after the call."""
    values: dict[str, Any] = {"status": UserStatus(status), "modified_at": CALLED_AT + seconds}
    return user(f"user-{number}", **values | changes)


def judge_rows(
    rows: list[dict[str, Any]], users: list[UserState], of: Circumstances = CIRCUMSTANCES
) -> pd.DataFrame:
    return judged(begun(*rows), users_frame(users), of)


def told(rows: pd.DataFrame, *, by_column: str = "team", history: int = 3, **subject: Any) -> FollowUp:
    """A follow-up of judged rows, with so many earlier ones at which fewer had changed."""
    whole = tally(rows)
    about: dict[str, Any] = {
        "run": "incident.run",
        "digest": "d5878db8743aa6d3978ffce30c4e07427a917f9df4c981167db1c0b52d482241",
        "goal": "force-reset",
        "reason": "INC-4711",
        "state": "finished",
        "pool_id": "us-east-1_AbCdEf123",
        "version": "0",
        "begun_at": CALLED_AT,
        "rows": len(rows),
        "extra_columns": ("team",),
    }
    points = []
    for number in range(1, history + 1):
        changed = whole.of(Stage.CHANGED) * number // history
        stages = {Stage.CHANGED: changed, Stage.PENDING: whole.awaited - changed}
        points.append(Point(CALLED_AT + number * DAY, Tally(stages)))
    cells = dict(zip(rows["row"].tolist(), rows["group"].tolist(), strict=True))
    return FollowUp(
        subject=Subject(**about | subject),
        read_at=CALLED_AT + history * DAY,
        read="a scan of the pool",
        valid_days=7,
        soon_seconds=2 * DAY,
        whole=whole,
        others={},
        missed=0,
        unfinished=0,
        reasons=tuple(Reason(stage, name, f"why {name}", count) for stage, name, count in reasons(rows)),
        waves=tallies(rows, "wave"),
        steps=tallies(rows, "step"),
        by_column=by_column,
        groups=tallies(rows, "group") if by_column else {},
        history=tuple(points),
        rows=rows,
        extras=lambda wanted: ((cells[number],) for number in sorted(wanted)),
    )


def page_at(folder: Path, followed: FollowUp) -> Path:
    from bulkreset.reporting.followup.registry import followup_writers  # noqa: PLC0415 - few tests need it

    path = folder / "followup.html"
    with path.open("w", encoding="utf-8") as file:
        followup_writers()["html"].write(followed, file)
    return path
