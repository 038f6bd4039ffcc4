from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from bulkreset.goals.registry import policy_keys
from bulkreset.settings.job import Job
from bulkreset.settings.schema import environment_schema, job_schema, schema_text
from bulkreset.settings.yaml_positions import read_settings

ROOT = Path(__file__).parents[3]


def fields(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, field in schema.get("properties", {}).items():
        yield f"{path}.{name}", field
    for name, definition in schema.get("$defs", {}).items():
        yield from fields(definition, name)


@pytest.mark.parametrize("which", ["job", "environment"])
def test_the_checked_in_schemas_are_the_generated_ones(which: str) -> None:
    schema = job_schema(policy_keys()) if which == "job" else environment_schema()
    checked_in = (ROOT / "schemas" / f"{which}.json").read_text(encoding="utf-8")
    assert checked_in == schema_text(schema), f"write `bulkreset schema {which}` to schemas/{which}.json"


def test_every_field_has_a_description(goal_keys) -> None:
    for schema in (job_schema(goal_keys), environment_schema()):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert [path for path, field in fields(schema) if not field.get("description")] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("jobs/*.yaml")), ids=lambda path: path.name)
def test_shipped_jobs_are_valid_for_an_editor(path: Path) -> None:
    jsonschema.validate(read_settings(path).tree, job_schema(policy_keys()))


@pytest.mark.parametrize("path", sorted(ROOT.glob("configs/*.yaml")), ids=lambda path: path.name)
def test_shipped_environments_are_valid_for_an_editor(path: Path) -> None:
    jsonschema.validate(read_settings(path).tree, environment_schema())


@pytest.mark.parametrize(
    ("policy", "valid"),
    [
        ({"unverified": "skip"}, True),
        ({"unverified": "permanent-password"}, False),
        ({"contact": "email"}, False),
        ({"protected": "admin"}, False),
        ({"protected": ["admin"], "not_changed_since": None}, True),
        (None, True),
    ],
)
def test_an_editor_knows_the_policy_keys_of_the_goal(goal_keys, policy: object, valid: bool) -> None:
    job = {"environment": "e.yaml", "goal": "force-reset", "manifest": "u.csv", "policy": policy}
    assert jsonschema.Draft202012Validator(job_schema(goal_keys)).is_valid(job) is valid


SPELLINGS = [
    ("waves", None),
    ("waves", [10, "1%", "10 %", "0.5%", "rest"]),
    ("waves", ["100%"]),
    ("max_failed", None),
    ("max_failed", "5%"),
    ("max_failed", 20),
    ("max_failed", 0.02),
    ("max_failed", {"fraction": "5%", "minimum": 100, "strict": False}),
    ("max_failed", {"fraction": 1}),
    ("max_failed", {"count": 0}),
    ("window", None),
    ("window", {"from": "22:00", "to": "6:00:30", "timezone": "UTC"}),
    (
        "window",
        {"from": "22:00", "to": "06:00", "timezone": "UTC", "days": ["mon-fri", "SUN", "tues - thurs"]},
    ),
    ("window", {"from": "22:00", "to": "06:00", "timezone": "UTC", "days": None}),
    ("deadline", None),
    ("deadline", "2026-12-01T06:00:00Z"),
    ("deadline", "2026-12-01 06:00:00.5+01:00"),
    ("messages", None),
    ("messages", {"spread": True, "per_day": 5, "leave": "20%"}),
    ("messages", {"leave": 0.2}),
    ("live_traffic", "cloudwatch"),
]
NO_SPELLINGS = [
    ("waves", []),
    ("waves", 10),
    ("waves", ["ten"]),
    ("waves", [0.5]),
    ("waves", [0]),
    ("max_failed", "five"),
    ("max_failed", 1.5),
    ("max_failed", {"maximum": 5}),
    ("window", {"from": "22:00", "to": "06:00"}),
    ("window", {"from": 22, "to": "06:00", "timezone": "UTC"}),
    ("window", {"from": "22:00", "to": "06:00", "timezone": "UTC", "days": ["mo"]}),
    ("deadline", 1795212000),
    ("deadline", "2026-12-01"),
    ("messages", {"leave": "120%"}),
    ("live_traffic", "cloud"),
]
PAUSES = ["10m", "1h30m", "1d 2h", "0.5h", "confirm", 0, 90, 0.5, None]
NO_PAUSES = ["soon", "10", -1, True, []]
HEAD = {"environment": "e.yaml", "goal": "force-reset", "manifest": "u.csv"}


@pytest.mark.parametrize(
    ("job", "sound"),
    [
        *(({key: value}, True) for key, value in SPELLINGS),
        *(({key: value}, False) for key, value in NO_SPELLINGS),
        *(({"waves": [10], "between": pause}, True) for pause in PAUSES),
        *(({"waves": [10], "between": pause}, False) for pause in NO_PAUSES),
    ],
    ids=repr,
)
def test_an_editor_takes_what_a_job_takes(goal_keys, job: dict[str, object], sound: bool) -> None:
    written = HEAD | job
    assert jsonschema.Draft202012Validator(job_schema(goal_keys)).is_valid(written) is sound
    with contextlib.nullcontext() if sound else pytest.raises(ValidationError):
        Job.model_validate(written)


@pytest.mark.parametrize("which", ["job", "environment"])
def test_every_default_is_one_that_may_be_written(goal_keys, which: str) -> None:
    schema = json.loads(schema_text(job_schema(goal_keys) if which == "job" else environment_schema()))
    for _, field in fields(schema):
        if "default" in field:
            jsonschema.validate(field["default"], {**field, "$defs": schema["$defs"]})


def test_a_schema_has_one_text() -> None:
    text = schema_text(environment_schema())
    assert text == schema_text(json.loads(text))
