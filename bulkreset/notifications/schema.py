"""The JSON Schema of a notification, for whoever takes one apart: a program, or a rule of EventBridge."""

from __future__ import annotations

from bulkreset.notifications.notice import VERSION, Cause
from bulkreset.settings.notify import KINDS, TEST
from bulkreset.settings.schema import DIALECT, JsonSchema

COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}


def notification_schema() -> JsonSchema:
    properties: JsonSchema = {
        "version": {"const": VERSION, "description": "Of this format."},
        "id": TEXT | {"description": "The same where the same is told twice."},
        "kind": {"enum": [*KINDS, TEST], "description": "What is told."},
        "at": TEXT | {"format": "date-time", "description": "When it happened, in UTC."},
        "text": TEXT | {"description": "It in words, those of the settings if they have any."},
        "run": TEXT | {"description": "Name of the run file, without its folder."},
        "digest": TEXT | {"pattern": "^[0-9a-f]{64}$", "description": "Digest of the plan."},
        "pool_id": TEXT | {"description": "The user pool."},
        "region": TEXT | {"description": "AWS region of the pool."},
        "goal": TEXT | {"description": "What is true of every user afterwards."},
        "state": {
            "enum": ["planned", "running", "paused", "stopped", "finished"],
            "description": "State of the run.",
        },
        "cause": {
            "enum": [cause.value for cause in Cause if cause] + [None],
            "description": "Why it stopped, of `threshold` and `stop`.",
        },
        "rows": _counts("do", "skip", "block", "invalid") | {"description": "Rows by what the plan says."},
        "outcomes": _counts(
            "done", "failed", "unknown", "drifted", "skipped", "blocked", "invalid", "not-attempted"
        )
        | {"description": "Rows by what has become of them so far."},
        "failed_percent": {
            "type": "number",
            "description": "Of the rows that were called, how many failed or are unknown.",
        },
        "throttled": COUNT | {"description": "Calls that AWS refused because there were too many."},
        "wave": {
            "anyOf": [_counts("number", "of"), {"type": "null"}],
            "description": "The wave that is over, of `wave-done`.",
        },
        "follow_up": {
            "anyOf": [_follow_up(), {"type": "null"}],
            "description": "Who has changed the password since, of `follow-up`.",
        },
    }
    reason = {"reason": TEXT | {"description": "The job's `reason`; there only with `with_reason: true`."}}
    return {
        "$schema": DIALECT,
        "title": "bulkreset notification",
        "type": "object",
        "properties": properties | reason,
        "required": list(properties),
        "additionalProperties": False,
    }


def _counts(*names: str) -> JsonSchema:
    return {
        "type": "object",
        "properties": dict.fromkeys(names, COUNT),
        "required": list(names),
        "additionalProperties": False,
    }


def _follow_up() -> JsonSchema:
    schema = _counts("users", "changed", "pending")
    schema["properties"] = schema["properties"] | {
        "changed_percent": {"type": "number"},
        "milestone_percent": {"type": ["number", "null"]},
    }
    schema["required"] = list(schema["properties"])
    return schema
