"""Turns what pydantic finds wrong with a settings file into problems with a place and advice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bulkreset.errors import Problem
from bulkreset.settings.document import KeyPath, SettingsDocument
from bulkreset.settings.fields import Section
from bulkreset.settings.scalars import NotFinite, plain_scalar
from bulkreset.settings.schema_paths import example_at, has_example, keys_at, sections_with, values_at
from bulkreset.settings.words import advice_on_name, advice_on_value, as_written, choices, nearest, shortened

M = TypeVar("M", bound=Section)

EXPECTED = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be `true` or `false`",
    "model_type": "must be a group of `key: value` lines",
    "dict_type": "must be a group of `key: value` lines",
    "mapping_type": "must be a group of `key: value` lines",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
}
GROUPS = {"model_type", "dict_type", "mapping_type"}
NUMBERS = {"int_type", "float_type"}


@dataclass(frozen=True, slots=True)
class FileKind(Generic[M]):
    """`later`: keys that come in a later release, with what to do until then, or "". `elsewhere`: keys
    that belong in another place than the top of this file, with that place.
    """

    model: type[M]
    later: Mapping[str, str]
    elsewhere: Mapping[str, str]


def validated(
    kind: FileKind[M], document: SettingsDocument, tree: Mapping[str, object]
) -> tuple[M | None, list[Problem]]:
    """The model of `tree`, or the problems with it at their places in the document."""
    try:
        return kind.model.model_validate(tree), []
    except ValidationError as error:
        return None, list(_Explanation(kind, document, error.errors(include_url=False)).problems())


class _Explanation(Generic[M]):
    def __init__(self, kind: FileKind[M], document: SettingsDocument, errors: list[ErrorDetails]) -> None:
        self._kind = kind
        self._document = document
        self._errors = errors
        self._schema = kind.model.model_json_schema()

    def problems(self) -> Iterator[Problem]:
        unknown = [error["loc"] for error in self._errors if error["type"] == "extra_forbidden"]
        misspelt = {(*path[:-1], self._meant(path)) for path in unknown}
        for error in self._errors:
            if error["type"] == "extra_forbidden":
                yield self._unknown(error["loc"])
            elif error["type"] == "missing":
                if error["loc"] not in misspelt:
                    yield self._missing(error["loc"])
            else:
                yield self._wrong(error)

    def _meant(self, path: KeyPath) -> str | None:
        return nearest(str(path[-1]), keys_at(self._schema, path[:-1]))

    def _unknown(self, path: KeyPath) -> Problem:
        name = str(path[-1])
        message, advice = f"unknown key `{_dotted(path)}`", self._advice_on_unknown(path, name)
        if path == (name,) and name in self._kind.later:
            until_then = self._kind.later[name]
            message = f"`{name}` comes in a later release"
            advice = f"remove it, and {until_then}" if until_then else "remove it"
        return self._document.problem(path, message, advice, of_key=True)

    def _advice_on_unknown(self, path: KeyPath, name: str) -> str:
        sections = [section for section in sections_with(self._schema, name) if section != path[:-1]]
        if sections:
            return f"write it under {choices(f'{_dotted(section)}:' for section in sections)}"
        if len(path) > 1 and name in keys_at(self._schema, ()):
            return "write it at the left margin"
        if name in self._kind.elsewhere:
            return f"it belongs {self._kind.elsewhere[name]}"
        return advice_on_name(name, keys_at(self._schema, path[:-1]))

    def _missing(self, path: KeyPath) -> Problem:
        key, example = path[-1], example_at(self._schema, path)
        return self._document.problem(
            path[:-1], f"`{_dotted(path)}` is missing", f"add for example `{key}: {example}`"
        )

    def _wrong(self, error: ErrorDetails) -> Problem:
        path = error["loc"]
        message = f"`{_dotted(path)}` {self._what(error)}" if path else self._what(error)
        return self._document.problem(path, message, self._instead(error))

    def _what(self, error: ErrorDetails) -> str:
        context: dict[str, Any] = error.get("ctx", {})
        written = as_written(error["input"])
        match error["type"]:
            case "setting":
                return error["msg"]
            case "literal_error":
                return f"cannot be {written}"
            case "string_pattern_mismatch":
                return f"does not have the right form: {written}"
            case known if known in EXPECTED:
                return f"{EXPECTED[known].format(**context)}, not {written}"
            case _:
                return f"is wrong: {error['msg']}"

    def _instead(self, error: ErrorDetails) -> str:
        kind, path, value = error["type"], error["loc"], error["input"]
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        match kind:
            case "setting" if advice := error.get("ctx", {}).get("advice"):
                return str(advice)
            case "literal_error":
                return advice_on_value(value, values_at(self._schema, path))
            case _ if kind in NUMBERS and isinstance(value, str) and _is_number(value):
                return f"leave the quotes out: `{key}: {value}`"
            case "string_type" if isinstance(value, int | float):
                return f'put it in quotes: `{key}: "{json.dumps(value)}"`'
            case _ if kind in GROUPS and not has_example(self._schema, path):
                return f"indent the lines that belong to `{key}` below it"
            case _:
                return f"write for example `{key}: {example_at(self._schema, path)}`"


def _dotted(path: KeyPath) -> str:
    """The keys on the way to a value; which item of a list is wrong is told by its place."""
    return ".".join(shortened(part) for part in path if isinstance(part, str))


def _is_number(text: str) -> bool:
    try:
        return isinstance(plain_scalar(text), int | float)
    except NotFinite:
        return False
