"""The words of a notification: the usual ones, or those of the job or its environment."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bulkreset.notifications.notice import Notice
from bulkreset.settings.notify import PLACEHOLDERS, TEST
from bulkreset.settings.placeholders import filled

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "start": "{{ run }} begins: {{ goal }} for {{ to_do }} users of {{ pool_id }}.",
        "wave-done": (
            "{{ run }}: wave {{ wave }} of {{ waves }} is over. {{ settled }} of {{ to_do }} rows are "
            "settled, {{ failed }} of them failed."
        ),
        "threshold": (
            "{{ run }}: threshold reached ({{ cause }}). Of {{ settled }} rows {{ failed }} failed, "
            "{{ unknown }} are unknown and {{ drifted }} drifted."
        ),
        "stop": (
            "{{ run }} stopped ({{ cause }}). {{ done }} of {{ to_do }} are done, {{ failed }} failed, "
            "{{ not_attempted }} were not attempted."
        ),
        "finish": (
            "{{ run }} is finished: {{ done }} of {{ to_do }} are done, {{ failed }} failed, "
            "{{ unknown }} are unknown, {{ drifted }} drifted."
        ),
        "follow-up": (
            "{{ run }}: {{ changed }} of {{ users }} users ({{ changed_percent }} %) have a new password, "
            "{{ pending }} have not."
        ),
    }
)


TEST_TEXT = "This is a test: a run of {{ goal }} on {{ pool_id }} would be told here."


def title(notice: Notice) -> str:
    return f"bulkreset {notice.kind}: {notice.run.goal}"


def text(notice: Notice, texts: Mapping[str, str]) -> str:
    """What is told, in the words given for its kind or in the usual ones."""
    words = TEST_TEXT if notice.kind == TEST else texts.get(notice.kind) or TEXTS[notice.kind]
    values = _values(notice)
    reason = f" ({notice.run.reason})" if notice.run.reason and notice.kind not in texts else ""
    return filled(words, {name: values.get(name, "") for name in PLACEHOLDERS}) + reason


def _values(notice: Notice) -> dict[str, str]:
    run, follow_up = notice.run, notice.follow_up
    values: dict[str, object] = {
        "kind": notice.kind,
        "run": run.name,
        "goal": run.goal,
        "pool_id": run.pool_id,
        "region": run.region,
        "digest": run.digest,
        "state": notice.state,
        "cause": notice.cause,
        "reason": run.reason,
        "wave": notice.wave,
        "waves": notice.waves,
        "rows": sum(notice.rows.values()),
        "to_do": notice.to_do,
        "settled": notice.settled,
        "failed_percent": notice.failed_percent,
        "throttled": notice.throttled,
        **{name.replace("-", "_"): count for name, count in notice.outcomes.items()},
    }
    if follow_up is not None:
        values |= {
            "milestone": follow_up.milestone,
            "users": follow_up.users,
            "changed": follow_up.changed,
            "pending": follow_up.pending,
            "changed_percent": follow_up.changed_percent,
        }
    return {name: _written(value) for name, value in values.items()}


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case int():
            return f"{value:,}"
        case float():
            return f"{value:g}"
        case _:
            return str(value)
