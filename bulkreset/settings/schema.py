"""JSON Schemas of the job and environment files, for editors and for people who generate such files."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.settings.policy import GoalKeys, PolicyKey, PolicyKind

DIALECT = "https://json-schema.org/draft/2020-12/schema"

MAYBE_EMPTY = {"type": ["object", "null"]}

JsonSchema = dict[str, Any]


class _WithoutFieldTitles(GenerateJsonSchema):
    """A title that repeats the name of the field tells nobody anything."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def environment_schema() -> JsonSchema:
    schema = Environment.model_json_schema(schema_generator=_WithoutFieldTitles)
    _let_sections_be_empty(schema["properties"])
    _let_sections_be_empty(schema["$defs"]["Quotas"]["properties"])
    schema["properties"]["region"].pop("default")
    return {"$schema": DIALECT, **schema, "title": "bulkreset environment"}


def job_schema(goal_keys: GoalKeys) -> JsonSchema:
    """The schema of a job. Each goal allows its own policy keys."""
    schema = Job.model_json_schema(schema_generator=_WithoutFieldTitles)
    properties = schema["properties"]
    properties["goal"]["enum"] = list(goal_keys)
    properties["policy"] = {"description": properties["policy"]["description"], **MAYBE_EMPTY}
    properties["client_metadata"].update(MAYBE_EMPTY)
    _let_sections_be_empty(properties)
    for name in ("manifest", "select"):
        # One of the two is needed, and neither may be empty.
        properties[name] |= properties[name].pop("anyOf")[0]
        properties[name].pop("default")
    schema["$defs"].pop("People")  # each goal's own policy says how people are named
    schema["oneOf"] = [{"required": ["manifest"]}, {"required": ["select"]}]
    schema["$defs"] |= {_policy_name(goal): _policy_schema(goal, keys) for goal, keys in goal_keys.items()}
    schema["allOf"] = [
        {
            "if": {"properties": {"goal": {"const": goal}}, "required": ["goal"]},
            "then": {"properties": {"policy": {"$ref": f"#/$defs/{_policy_name(goal)}"}}},
        }
        for goal in goal_keys
    ]
    return {"$schema": DIALECT, **schema, "title": "bulkreset job"}


def schema_text(schema: JsonSchema) -> str:
    """A schema as it is kept in a file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _let_sections_be_empty(properties: JsonSchema) -> None:
    """A section of which every line is commented out is null to YAML, and means the defaults."""
    for written in properties.values():
        if "$ref" in written:
            written["anyOf"] = [{"$ref": written.pop("$ref")}, {"type": "null"}]
            written.pop("default", None)


def _policy_name(goal: str) -> str:
    return f"policy-of-{goal}"


def _policy_schema(goal: str, keys: tuple[PolicyKey, ...]) -> JsonSchema:
    return {
        "description": f"Policy of the goal {goal}.",
        **MAYBE_EMPTY,
        "properties": {key.name: _key_schema(key) for key in keys},
        "additionalProperties": False,
    }


def _key_schema(key: PolicyKey) -> JsonSchema:
    described: JsonSchema = {"description": _sentence(key.meaning)}
    if key.default is not None:
        described["default"] = key.default
    match key.kind:
        case PolicyKind.CHOICE:
            return {**described, "type": "string", "enum": list(key.values)}
        case PolicyKind.PEOPLE:
            names = {"type": "array", "items": {"type": "string", "minLength": 1}}
            parts = {"users": names, "groups": names}
            people = {"type": "object", "properties": parts, "additionalProperties": False}
            return {**described, "anyOf": [names, people]}
        case PolicyKind.MOMENT:
            return {**described, "type": ["string", "null"], "format": "date-time"}


def _sentence(meaning: str) -> str:
    return f"{meaning[:1].upper()}{meaning[1:]}{'' if meaning.endswith('.') else '.'}"
