"""A YAML manifest as a stream of parser events: plain text, and none of YAML's other powers.

Scalars stay as they are written, because no loader ever resolves them. Anchors, aliases, tags and
second documents are refused: a manifest that needs them says something else than it seems to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bulkreset.errors import BulkresetError, InputError, Problem
from bulkreset.manifests.blocks import BLOCK_BYTES, utf8_blocks

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

UNPRINTABLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x84\x86-\x9f]|\xef\xbf[\xbe\xbf]")
"""What YAML does not allow in its text (YAML 1.2.2, production 1 c-printable)."""

NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class _Stream:
    """What the parser reads from."""

    def __init__(self, path: Path) -> None:
        self._blocks = utf8_blocks(path, BLOCK_BYTES, UNPRINTABLE)

    def read(self, _size: int = -1, /) -> bytes:
        return next(self._blocks, b"")


def events_of(path: Path) -> Iterator[Event]:
    """The events of the only document. Raises InputError with line and column."""
    documents = 0
    try:
        for event in yaml.parse(_Stream(path), LOADER):
            if isinstance(event, NodeEvent):
                _refuse_indirection(event, path)
            elif isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise error_at(
                        event, "a second document starts here", "put all users into one list", path
                    )
            yield event
    except yaml.YAMLError as error:
        raise InputError(_syntax_problem(error, path)) from error


def error_at(event: Event, message: str, advice: str, path: Path) -> InputError:
    return InputError(Problem(message, advice, path, *place_of(event)))


def place_of(event: Event) -> tuple[int, int]:
    """Line and column, from 1."""
    mark = event.start_mark
    if mark is None:
        raise BulkresetError("the YAML parser gave an event no place")
    return mark.line + 1, mark.column + 1


def text_of(scalar: ScalarEvent) -> str:
    """The text as written; a plain null is an absent value."""
    return "" if not scalar.style and scalar.value in NULLS else scalar.value


def skip(event: Event, events: Iterator[Event]) -> None:
    """Pass over the rest of the node that `event` starts."""
    depth = int(isinstance(event, MappingStartEvent | SequenceStartEvent))
    while depth:
        event = next(events)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1


def _syntax_problem(error: yaml.YAMLError, path: Path) -> Problem:
    says = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return Problem(f"not YAML, {says}", _advice_on_syntax(says), path, *place)


def _advice_on_syntax(parser_says: str) -> str:
    if "tab" in parser_says or r"'\t'" in parser_says:
        return "indent with spaces, not with tabs"
    if "cannot start any token" in parser_says:
        return "put the value in quotes"
    return "check the indentation and the quotes of this line and the one above"


def _refuse_indirection(event: NodeEvent, path: Path) -> None:
    if isinstance(event, AliasEvent):
        raise error_at(
            event, f"an alias (*{event.anchor})", "write the value itself, or use `defaults`", path
        )
    if event.anchor is not None:
        raise error_at(
            event, f"an anchor (&{event.anchor})", "remove it; for common values use `defaults`", path
        )
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise error_at(event, f"a tag ({tag})", "remove it, every value is text", path)
