"""Rows of a run and the users that the pool has now, made into judged rows: once per distinct sight.

A run of a million users has a few dozen sights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bulkreset.actions.base import Sequel
from bulkreset.actions.password import LONGEST_EFFECT_SECONDS
from bulkreset.actions.registry import actions
from bulkreset.followup.judge import Lapse, Presence, Sight, judge
from bulkreset.planning.frames import tuples
from bulkreset.users import IdentifierKind, UserStatus

Flags = npt.NDArray[np.bool_]

CLOCK_ERROR_SECONDS = 1.0
"""AWS's clock is known to the second (ADR 11)."""

DAY_SECONDS = 86_400.0

ROW_COLUMNS = (
    "row",
    "kind",
    "identifier",
    "username",
    "state",
    "steps",
    "wave",
    "outcome",
    "action",
    "step_state",
    "called_at",
    "group",
)
"""What is known of a row from the run file.

`action`, `step_state` and `called_at`, in epoch seconds of AWS's clock, are of the furthest step that a
follow-up sees anything of; `state` is the user's before the run, in words; `group` is the cell grouped by.
"""

OVER = ("done", "unknown")
MAY_HAVE_HAPPENED = ("done", "unknown", "in-flight")

HAD_TO_CHANGE = (UserStatus.RESET_REQUIRED.value, UserStatus.FORCE_CHANGE_PASSWORD.value)

SIGHT = (
    "steps",
    "is_done",
    "presence",
    "status",
    "enabled",
    "had_to_change",
    "is_newer",
    "is_touched",
    "email_ok",
    "phone_ok",
    "lapse",
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When the pool was read, how long its temporary passwords are good, and what counts as soon."""

    read_at: float
    valid_days: int
    soon_seconds: float


def counting_step(steps: str) -> str:
    """The step of a row that a follow-up judges it by: the last that leaves something to see; "" for none."""
    known = actions()
    seen = [name for name in steps.split() if known[name].sequel is not Sequel.NOTHING_TO_SEE]
    return seen[-1] if seen else ""


def _counting(rows: pd.DataFrame) -> pd.Series[str]:
    """The step that counts of each row; a run has few different steps."""
    known = {text: counting_step(text) for text in rows["steps"].unique()}
    return rows["steps"].map(known).astype("str")


def followed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that a follow-up can see anything of: done, unknown, or left after the step that counts.

    Whose reset was done and whose sign-out failed has to choose a new password like any other.
    """
    is_over = rows["outcome"].isin(OVER)
    has_happened = (rows["action"] == _counting(rows)) & rows["step_state"].isin(MAY_HAVE_HAPPENED)
    return rows[is_over | has_happened]


def to_look_up(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows whose users have to be read, by `kind` and `identifier`: each by its username."""
    wanted = rows[_counting(rows) != ""]
    return pd.DataFrame(
        {"kind": IdentifierKind.USERNAME.value, "identifier": wanted["username"]}, index=wanted.index
    )


def judged(rows: pd.DataFrame, users: pd.DataFrame, of: Circumstances) -> pd.DataFrame:
    """The rows with `stage` and `reason`, the `step` that counts, and the user's `sub` and `modified_at`.

    Also `status` and `expires_at`, when its temporary password ends at the latest; "" and 0 where there is
    none. `rows` has ROW_COLUMNS.
    """
    now = _present(rows, users)
    found = now["found"].to_numpy(dtype=bool)
    called = rows["called_at"].fillna(0.0).to_numpy(dtype=float)
    modified = np.where(found, now["modified_at"], 0.0)
    temporary = found & (now["status"] == UserStatus.FORCE_CHANGE_PASSWORD.value).to_numpy(dtype=bool)
    # Whoever set the last one, it was not later than the user's last change, nor earlier than ours.
    ends = np.maximum(called, modified) + of.valid_days * DAY_SECONDS
    sights = pd.DataFrame(
        {
            "steps": rows["steps"].to_numpy(),
            "is_done": _is_done(rows),
            "presence": _presence(rows, now, found, called),
            "status": np.where(found, now["status"].to_numpy(dtype=object), UserStatus.UNKNOWN.value),
            "enabled": np.where(found, now["enabled"].to_numpy(dtype=object), True).astype(bool),
            "had_to_change": rows["state"].str.startswith(HAD_TO_CHANGE).to_numpy(dtype=bool),
            "is_newer": modified >= called + _margin(rows),
            "is_touched": modified > called + LONGEST_EFFECT_SECONDS,
            "email_ok": _flag(now, "email_verified", found),
            "phone_ok": _flag(now, "phone_number_verified", found),
            "lapse": np.select(
                [~temporary, ends <= of.read_at, ends <= of.read_at + of.soon_seconds],
                [Lapse.GOOD.name, Lapse.OVER.name, Lapse.SOON.name],
                Lapse.GOOD.name,
            ),
        },
        index=rows.index,
    )
    return rows.assign(
        **_judgements(sights),
        sub=np.where(found, now["sub"].to_numpy(dtype=object), ""),
        status=np.where(found, now["status"].to_numpy(dtype=object), ""),
        modified_at=modified,
        expires_at=np.where(temporary, ends, 0.0),
        has_contact=found & ((now["email"] != "") | (now["phone_number"] != "")).to_numpy(dtype=bool),
    )


def _present(rows: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    """The users of now, row by row. A username is what Cognito itself returned, so it is matched as it is."""
    places = pd.Index(users["username"]).get_indexer(pd.Index(rows["username"]))
    found = places >= 0
    if not len(users):
        users = users.reindex([0])
    joined = users.take(np.where(found, places, 0)).set_index(rows.index)
    return joined.assign(found=found)


def _is_done(rows: pd.DataFrame) -> Flags:
    """Whether the step that counts is the one that was begun last of those that count, and is done."""
    return ((rows["action"] == _counting(rows)) & (rows["step_state"] == "done")).to_numpy(dtype=bool)


def _presence(rows: pd.DataFrame, now: pd.DataFrame, found: Flags, called: np.ndarray) -> np.ndarray:
    other_sub = (rows["kind"] == IdentifierKind.SUB.value).to_numpy(dtype=bool) & (
        rows["identifier"].to_numpy() != now["sub"].to_numpy(dtype=object)
    )
    is_later = (now["created_at"].to_numpy(dtype=float) > called + CLOCK_ERROR_SECONDS) & (called > 0)
    return np.select(
        [~found, other_sub | is_later], [Presence.GONE.name, Presence.ANOTHER.name], Presence.HERE.name
    )


def _margin(rows: pd.DataFrame) -> np.ndarray:
    """How long after the call a change has to be, so that it was not the row's own step before it."""
    comes_first = {text: text.split(" ")[0] == counting_step(text) for text in rows["steps"].unique()}
    follows_another = ~rows["steps"].map(comes_first).to_numpy(dtype=bool)
    return np.where(follows_another, CLOCK_ERROR_SECONDS, -CLOCK_ERROR_SECONDS)


def _flag(now: pd.DataFrame, name: str, found: Flags) -> Flags:
    return np.where(found, now[name].to_numpy(dtype=object), False).astype(bool)


def _judgements(sights: pd.DataFrame) -> dict[str, np.ndarray]:
    groups = sights.groupby(list(SIGHT), sort=False)
    codes = groups.ngroup().to_numpy()
    distinct = groups.head(1)[list(SIGHT)]
    found = [_judged_one(dict(zip(SIGHT, values, strict=True))) for values in tuples(distinct)]
    return {
        name: np.array([each[place] for each in found], dtype=object)[codes]
        for place, name in enumerate(("stage", "reason", "step"))
    }


def _judged_one(values: dict[str, object]) -> tuple[str, str, str]:
    steps = str(values["steps"])
    step = counting_step(steps)
    sequels = {actions()[name].sequel for name in steps.split()}
    is_verified = (Sequel.EMAIL_VERIFIED not in sequels or bool(values["email_ok"])) and (
        Sequel.PHONE_VERIFIED not in sequels or bool(values["phone_ok"])
    )
    sight = Sight(
        sequel=actions()[step].sequel if step else Sequel.NOTHING_TO_SEE,
        is_done=bool(values["is_done"]),
        presence=Presence[str(values["presence"])],
        status=UserStatus(str(values["status"])),
        enabled=bool(values["enabled"]),
        had_to_change=bool(values["had_to_change"]),
        is_newer=bool(values["is_newer"]),
        is_touched=bool(values["is_touched"]),
        is_verified=is_verified,
        lapse=Lapse[str(values["lapse"])],
    )
    line = judge(sight)
    return line.stage.value, line.reason, step or (steps.split() or [""])[-1]
