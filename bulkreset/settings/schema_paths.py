"""Looks things up in a JSON Schema by where they are in the settings: the keys there, and an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bulkreset.settings.document import KeyPath

Schema = Mapping[str, Any]


def keys_at(schema: Schema, path: KeyPath) -> tuple[str, ...]:
    """The keys that the mapping at `path` may hold."""
    return tuple(_object(schema, _at(schema, path)).get("properties", ()))


def example_at(schema: Schema, path: KeyPath) -> str:
    """A value that could be written at `path`."""
    examples = _at(schema, path).get("examples") or ["text"]
    return examples[0] if isinstance(examples[0], str) else json.dumps(examples[0])


def has_example(schema: Schema, path: KeyPath) -> bool:
    return bool(_at(schema, path).get("examples"))


def values_at(schema: Schema, path: KeyPath) -> tuple[str, ...]:
    """The only values that may be written at `path`."""
    return tuple(_at(schema, path).get("enum", ()))


def sections_with(schema: Schema, key: str) -> Iterator[KeyPath]:
    """The mappings directly below the top that may hold `key`."""
    for name in keys_at(schema, ()):
        if key in keys_at(schema, (name,)):
            yield (name,)


def _at(schema: Schema, path: KeyPath) -> Schema:
    here = schema
    for part in path:
        if isinstance(part, int):
            here = _items(here)
            continue
        around = _object(schema, here)
        properties: Schema = around.get("properties", {})
        rest = around.get("additionalProperties")
        here = properties.get(str(part)) or (rest if isinstance(rest, Mapping) else {})
    return here


def _items(here: Schema) -> Schema:
    """What a list may hold."""
    options = (here, *here.get("anyOf", ()))
    found: Schema = next((option["items"] for option in options if "items" in option), {})
    return found


def _object(schema: Schema, here: Schema) -> Schema:
    """What `here` refers to."""
    for option in (here, *here.get("anyOf", ()), *here.get("allOf", ())):
        if "$ref" in option:
            definition: Schema = schema["$defs"][option["$ref"].rpartition("/")[2]]
            return definition
    return here
