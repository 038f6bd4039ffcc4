from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bulkreset.goals.registry import policy_keys
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
        ({"unverified": "temporary-password"}, False),
        ({"contact": "email"}, False),
        ({"protected": "admin"}, False),
        ({"protected": ["admin"], "not_changed_since": None}, True),
        (None, True),
    ],
)
def test_an_editor_knows_the_policy_keys_of_the_goal(goal_keys, policy: object, valid: bool) -> None:
    job = {"environment": "e.yaml", "goal": "force-reset", "manifest": "u.csv", "policy": policy}
    assert jsonschema.Draft202012Validator(job_schema(goal_keys)).is_valid(job) is valid


def test_a_schema_has_one_text() -> None:
    text = schema_text(environment_schema())
    assert text == schema_text(json.loads(text))
