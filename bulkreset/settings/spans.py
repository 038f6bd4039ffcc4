"""How long something holds: a length of time, or for ever where that may be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from bulkreset.settings.durations import DURATION, duration, duration_text
from bulkreset.settings.fields import wrong
from bulkreset.settings.words import as_written, nearest

NONE = "none"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time; `seconds` is None for ever."""

    seconds: float | None

    def __str__(self) -> str:
        return NONE if self.seconds is None else duration_text(self.seconds)


def _span(written: object) -> Span:
    return written if isinstance(written, Span) else Span(_seconds(written, "write for example `24h`"))


def _span_or_none(written: object) -> Span:
    match written:
        case Span():
            return written
        case "none":
            return Span(None)
        case str() if nearest(written, [NONE]):
            raise wrong(f"cannot be {as_written(written)}", f"did you mean `{NONE}`?")
        case _:
            return Span(_seconds(written, f"write for example `7d`, or `{NONE}` for no limit"))


def _seconds(written: object, advice: str) -> float:
    try:
        seconds = duration(written)
    except PydanticCustomError as error:
        raise wrong(error.message(), advice) from None
    if not seconds:
        raise wrong("must be longer than nothing", advice)
    return seconds


def _kept(span: Span) -> float | str:
    return NONE if span.seconds is None else span.seconds


LENGTH = [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": DURATION}]

Length = Annotated[Span, PlainValidator(_span), PlainSerializer(_kept), WithJsonSchema({"anyOf": LENGTH})]

LengthOrNone = Annotated[
    Span,
    PlainValidator(_span_or_none),
    PlainSerializer(_kept),
    WithJsonSchema({"anyOf": [*LENGTH, {"const": NONE}]}),
]
