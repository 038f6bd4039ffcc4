"""One user of a YAML manifest: a mapping of names to text, with `policy` one level deeper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from yaml.events import Event, MappingEndEvent, MappingStartEvent, ScalarEvent

from bulkreset.manifests.columns import POLICY_PREFIX, canonical, shown
from bulkreset.manifests.yaml_events import place_of, skip, text_of

POLICY = POLICY_PREFIX.removesuffix(".")


class Fault(NamedTuple):
    """What is wrong at an event."""

    event: Event
    message: str
    advice: str

    def __str__(self) -> str:
        line, column = place_of(self.event)
        return f"{self.message} (line {line}, column {column}); {self.advice}"


class User(NamedTuple):
    """The values as far as they could be read, by column, and the first thing that is wrong."""

    line: int
    given: dict[str, str]
    fault: Fault | None = None


def read_user(start: Event, events: Iterator[Event]) -> User:
    """The user whose first event is `start`."""
    line, _ = place_of(start)
    if isinstance(start, MappingStartEvent):
        values: dict[str, str] = {}
        return User(line, values, read_mapping(values, events))
    skip(start, events)
    if not isinstance(start, ScalarEvent):
        return User(line, {}, Fault(start, "a list where a user should be", "write `- email: name@domain`"))
    text = text_of(start)
    if not text:
        return User(line, {}, Fault(start, "an empty user", "remove it, or write `- email: name@domain`"))
    kind = "email" if "@" in text else "username"
    return User(line, {}, Fault(start, f"{shown(text)} is not a user", f"write `- {kind}: {text:.40}`"))


def read_mapping(values: dict[str, str], events: Iterator[Event], prefix: str = "") -> Fault | None:
    """Fill `values` from the events down to the end of a mapping. The answer is the first fault."""
    first: Fault | None = None
    while not isinstance(key := next(events), MappingEndEvent):
        skip(key, events)
        fault = _read_entry(key, next(events), values, events, prefix)
        first = first or fault
    return first


def _read_entry(
    key: Event, value: Event, values: dict[str, str], events: Iterator[Event], prefix: str
) -> Fault | None:
    if not isinstance(key, ScalarEvent) or not key.value:
        skip(value, events)
        return Fault(key, "a key that is not a name", "write `name: value`")
    name = canonical(prefix + key.value)
    if not isinstance(value, ScalarEvent):
        if name == POLICY and isinstance(value, MappingStartEvent):
            return read_mapping(values, events, POLICY_PREFIX)
        skip(value, events)
        return Fault(
            value, f"the value of {shown(name)} is not plain text", "write one value, in quotes if need be"
        )
    text = text_of(value)
    if name == POLICY:
        return (
            Fault(value, f"policy {shown(text)} names no key", "write `policy: {key: value}`")
            if text
            else None
        )
    if name in values:
        return Fault(key, f"{shown(name)} is given twice", "remove one")
    values[name] = text
    return None
