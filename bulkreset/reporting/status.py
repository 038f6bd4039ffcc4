"""The status of a run in numbers: the object that `--json` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bulkreset.actions.registry import actions
from bulkreset.errors import EXIT_DONE, EXIT_SOME_ROWS_NOT_DONE, Stopped
from bulkreset.goals.base import DecisionKind
from bulkreset.ledger.connection import is_running
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import Outcome, RunState
from bulkreset.planning.reasons import INVALID
from bulkreset.rates.quotas import CATEGORY_OF_OPERATION, EMAIL_SENDS
from bulkreset.settings.environment import Environment

Status = dict[str, Any]

SHORTEST_SECONDS = 1.0
"""A rate is what goes out in a second; a few calls within less say nothing of it."""

ALIVE = frozenset({RunState.RUNNING, RunState.PAUSED})
NOT_AS_WANTED = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.DRIFTED, Outcome.BLOCKED, Outcome.INVALID)


def run_status(reader: RunReader, path: Path) -> Status:
    """The status object of the contract, for the run file at `path`."""
    decisions = reader.decisions()
    outcomes = reader.outcomes()
    calls = {name: int(count) for name, count in sorted(reader.counters("calls").items())}
    return {
        "run": str(path),
        "state": state_of(reader, path),
        "digest": reader.meta("digest"),
        "goal": reader.meta("goal"),
        "rows": {
            "total": sum(decisions.values()),
            **{name: decisions.get(name, 0) for name in (*DecisionKind, INVALID)},
        },
        "outcomes": {outcome.value: outcomes.get(outcome, 0) for outcome in Outcome},
        "calls": calls,
        "throttled": int(sum(reader.counters("throttled").values())),
        "rate": _rates(reader, calls),
    }


def exit_code(status: Status) -> int:
    """The exit code of a run that went on until it ended."""
    outcomes = status["outcomes"]
    if status["state"] != RunState.FINISHED:
        return Stopped.exit_code
    if any(outcomes[outcome] for outcome in NOT_AS_WANTED):
        return EXIT_SOME_ROWS_NOT_DONE
    return EXIT_DONE


def state_of(reader: RunReader, path: Path) -> str:
    """The recorded state; a run whose runner died without a word is stopped, not running."""
    state = str(reader.meta("state"))
    if state in ALIVE and not is_running(path):
        return RunState.STOPPED.value
    return state


def calls_by_category(calls: Mapping[str, int]) -> Counter[str]:
    """Calls by operation as calls by the category of quota that they draw from."""
    categories = {**CATEGORY_OF_OPERATION, **{act.operation: act.category for act in actions().values()}}
    by_category: Counter[str] = Counter()
    for operation, count in calls.items():
        by_category[categories[operation]] += count
    return by_category


def _rates(reader: RunReader, calls: dict[str, int]) -> dict[str, dict[str, float]]:
    """Of each category that was called for steps: what was granted, and what was achieved meanwhile."""
    environment = Environment.model_validate(reader.meta("environment"))
    quotas = reader.meta("quotas") or {}
    ordered = reader.meta("shares") or {}
    by_category = calls_by_category(calls)
    mails = {EMAIL_SENDS: _mails_per_second(reader)}
    return {
        category: {
            "granted": mails.get(category) or _granted(environment, quotas, ordered, category),
            "used": round(by_category[category] / max(seconds, SHORTEST_SECONDS), 2),
        }
        for category, seconds in sorted(reader.counters("active_seconds").items())
    }


def _mails_per_second(reader: RunReader) -> float:
    """The sender's rate, as it was learnt; that of SES's sandbox where it was not told."""
    told = [limit["per_second"] for limit in reader.meta("message_limits") or () if limit["per_second"]]
    return float(min(told, default=1.0))


def _granted(
    environment: Environment,
    quotas: Mapping[str, Mapping[str, Any]],
    ordered: Mapping[str, float],
    category: str,
) -> float:
    """What the run is granted: a share, as it was ordered last, of the quota as it was learnt."""
    if category not in quotas:
        return environment.grant(category)
    share = ordered.get(category, ordered.get("", quotas[category]["share"]))
    return round(float(quotas[category]["rate_per_second"] * share), 3)
