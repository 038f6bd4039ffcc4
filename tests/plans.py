"""Plans to look at: believable ones of any size, with a little of everything, and hostile names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
from factories import POOL_ID, new_run, plan_row, pool

from bulkreset.flow.report import reading
from bulkreset.flow.telling import told_plan
from bulkreset.planning.waves import wave_sizes
from bulkreset.reporting.plan.registry import plan_writers
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job

PLANNED_AT = 1_795_408_200.0
"""2026-11-23T04:30:00Z."""

ALIKE = (
    (75, "do", "ready", "reset-password sign-out", "email", "CONFIRMED, enabled, email verified, phone none"),
    (9, "do", "ready", "reset-password sign-out", "sms", "CONFIRMED, enabled, email none, phone verified"),
    (
        4,
        "do",
        "verify-first",
        "verify-email reset-password sign-out",
        "email",
        "CONFIRMED, enabled, email unverified, phone none",
    ),
    (2, "skip", "federated", "", "", "EXTERNAL_PROVIDER, enabled, email verified, phone none"),
    (3, "skip", "already-must-change", "", "", "FORCE_CHANGE_PASSWORD, enabled, email verified, phone none"),
    (1, "skip", "disabled", "", "", "CONFIRMED, disabled, email verified, phone none"),
    (1, "skip", "duplicate-row", "", "", ""),
    (2, "block", "no-contact", "", "", "CONFIRMED, enabled, email none, phone none"),
    (1, "block", "not-found", "", "", ""),
    (1, "block", "ambiguous", "", "", ""),
    (1, "invalid", "invalid", "", "", ""),
)
"""Of a hundred rows: how many, decision, reason, steps, medium and state."""

OF_A_HUNDRED = [kind for kind in ALIKE for _ in range(kind[0])]
STRIDE = 37
"""Prime to a hundred, so that kinds are mixed and not in blocks."""

GIVEN = ("ada", "ben", "chi", "dora", "emil", "fay", "gus", "hana", "ivo", "jun", "kai", "lena", "mara")
FAMILY = ("ash", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine", "rowan")

FINDINGS = (
    {
        "check": "email-sender",
        "severity": "warning",
        "title": "The pool sends with Cognito’s own sender",
        "meaning": "Fifty messages a day for the whole account, sign-ups among them.",
        "advice": "Have the pool send with Amazon SES before the first wave.",
    },
    {
        "check": "app-clients",
        "severity": "problem",
        "title": "The app client “web-legacy” cannot handle a required reset",
        "meaning": "Its users will see an unknown error instead of the form for the code.",
        "advice": "Update the app, or tell these users to use “forgot password”.",
    },
    {
        "check": "token-lifetime",
        "severity": "note",
        "title": "Access tokens live for 60 minutes",
        "meaning": "The last stolen token dies an hour after the last sign-out.",
        "advice": "",
    },
)


def plan_file(
    path: Path,
    count: int,
    names: Mapping[int, str] | None = None,
    *,
    findings: Iterable[Mapping[str, str]] | None = FINDINGS,
    calls: Mapping[str, int] | None = None,
    extras: pd.DataFrame | None = None,
    meta: Mapping[str, Any] | None = None,
    approvals: int = 0,
    **job: Any,
) -> Path:
    """A run file of `count` rows; `names` are identifiers of some rows by number."""
    kinds = [OF_A_HUNDRED[number * STRIDE % 100] for number in range(count)]
    to_do = sum(kind[1] == "do" for kind in kinds)
    settings = Job(
        environment="environment.yaml",
        goal="force-reset",
        manifest="leaked-users.csv",
        **{
            "reason": "INC-4711, asked by J. Doe",
            "waves": [10, "1%", "10%", "rest"],
            "between": "10m",
            **job,
        },
    )
    turns = iter(
        (turn, wave)
        for wave, turn in zip(
            (wave for wave, size in enumerate(wave_sizes(settings.waves, to_do), 1) for _ in range(size)),
            range(1, to_do + 1),
            strict=True,
        )
    )
    rows = [_row(number, kind, turns, (names or {}).get(number)) for number, kind in enumerate(kinds, 1)]
    environment = Environment(pool_id=POOL_ID, approval={"required": approvals})
    return new_run(
        path,
        rows,
        goal="force-reset",
        reason=settings.reason,
        bulkreset="0.1.0",
        digest="7c4e0f4b9d1a22c85f6e3b07d9a8c1e4f25b6a7d8c9e0f1a2b3c4d5e6f708192",
        job=settings.model_dump(mode="json"),
        environment=environment.model_dump(mode="json"),
        pool=asdict(pool(estimated_users=count * 6)),
        manifest={"path": "/srv/incident/leaked-users.csv", "sha256": "0" * 64},
        account={"account_id": "123456789012", "caller": "arn:aws:sts::123456789012:assumed-role/plan/ada"},
        planned_by={"user": "ada", "host": "desk-7", "pid": 1},
        message_limits=[
            {
                "medium": "email",
                "per_day": 50_000,
                "per_second": None,
                "sent_today": 1200,
                "renewed_at_hour": 0,
                "source": "SES in us-east-1",
                "refusal": "",
                "warnings": [],
            }
        ],
        messages_spent={},
        extras=extras,
        calls=calls,
        **({} if findings is None else {"findings": list(findings)}),
        planned_at=PLANNED_AT,
        read_at=PLANNED_AT - 95,
        **{"quotas": {}, **(meta or {})},
    )


def _row(number: int, kind: tuple[Any, ...], turns: Any, name: str | None) -> dict[str, Any]:
    _, decision, reason, steps, medium, state = kind
    turn, wave = next(turns) if decision == "do" else (0, 0)
    username = f"{GIVEN[number % 13]}.{FAMILY[number % 11]}.{number}"
    found = "" if reason in ("not-found", "ambiguous", "invalid") else username
    return plan_row(
        number,
        identifier=name or f"{username}@example.com",
        username=name or found,
        decision=decision,
        reason=reason,
        steps=steps,
        medium=medium,
        state=state,
        problem="not an e-mail address" if decision == "invalid" else "",
        turn=turn,
        wave=wave,
        contact="",
    )


def page_of(run: Path) -> Path:
    """The HTML page of a plan, beside it."""
    path = run.with_suffix(".html")
    with reading(run) as reader, path.open("w", encoding="utf-8", newline="") as file:
        plan_writers()["html"].write(told_plan(reader, run), file)
    return path
