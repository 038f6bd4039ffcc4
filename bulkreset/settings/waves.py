"""Waves: into which parts a run divides its users, and what has to happen between two of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from bulkreset.settings.durations import DURATION, duration, duration_text
from bulkreset.settings.fields import wrong
from bulkreset.settings.percentages import PERCENTAGE, percentage, percentage_text
from bulkreset.settings.words import as_written, nearest

REST = "rest"
CONFIRM = "confirm"

EXAMPLE = '[10, "1%", "10%", rest]'
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Wave:
    """A number of users, or a fraction of the rows to do; with neither, all that are left."""

    count: int | None = None
    fraction: float | None = None

    @property
    def is_rest(self) -> bool:
        return self.count is None and self.fraction is None

    def __str__(self) -> str:
        if self.fraction is not None:
            return percentage_text(self.fraction)
        return REST if self.count is None else str(self.count)


@dataclass(frozen=True, slots=True)
class Between:
    """What has to happen between two waves: a pause, or somebody who says that the next may begin."""

    seconds: float = 0.0
    confirm: bool = False

    def __str__(self) -> str:
        return CONFIRM if self.confirm else duration_text(self.seconds)


def _wave(written: object) -> Wave:
    match written:
        case Wave():
            return written
        case "rest":
            return Wave()
        case int() if not isinstance(written, bool) and written >= 1:
            return Wave(count=written)
        case str() if fraction := percentage(written):
            return Wave(fraction=fraction)
        case _:
            raise wrong(f"has a wrong item: {as_written(written)}", _instead_of(written))


def _instead_of(written: object) -> str:
    match written:
        case float() if 0 < written < 1:
            return f"write `{percentage_text(written)}`"
        case str() if re.fullmatch("[1-9][0-9]{0,8}", written):
            return f"leave the quotes out: `{written}`"
        case str() if nearest(written, [REST]):
            return f"did you mean `{REST}`?"
        case _:
            return f"write a number of users, a percentage such as `10%`, or `{REST}`"


def _items(written: object) -> object:
    match written:
        case None:
            return ()
        case tuple():
            return written
        case list() if written:
            return tuple(written)
        case list():
            raise wrong("is an empty list", f"leave it out, or write for example `waves: {EXAMPLE}`")
        case _:
            raise wrong(f"must be a list, not {as_written(written)}", f"write for example `waves: {EXAMPLE}`")


def _ending_in_rest(waves: tuple[Wave, ...]) -> tuple[Wave, ...]:
    if any(wave.is_rest for wave in waves[:-1]):
        raise wrong(f"has something after `{REST}`, for which nobody is left", f"write `{REST}` last")
    total = sum(wave.fraction or 0.0 for wave in waves)
    if total > 1 + ROUNDING:
        raise wrong(
            f"adds up to {total * 100:.6g}% of the rows",
            "write what each wave takes by itself rather than a running total",
        )
    return waves if not waves or waves[-1].is_rest else (*waves, Wave())


def _kept_waves(waves: tuple[Wave, ...]) -> list[int | str] | None:
    return [str(wave) if wave.count is None else wave.count for wave in waves] or None


Waves = Annotated[
    tuple[Annotated[Wave, PlainValidator(_wave)], ...],
    BeforeValidator(_items),
    AfterValidator(_ending_in_rest),
    PlainSerializer(_kept_waves),
    WithJsonSchema(
        {
            "type": ["array", "null"],
            "minItems": 1,
            "items": {
                "anyOf": [
                    {"type": "integer", "minimum": 1},
                    {"type": "string", "pattern": PERCENTAGE},
                    {"const": REST},
                ]
            },
        }
    ),
]


def _between(written: object) -> Between:
    match written:
        case Between():
            return written
        case None:
            return Between()
        case "confirm":
            return Between(confirm=True)
        case str() if nearest(written, [CONFIRM]):
            raise wrong(f"cannot be {as_written(written)}", f"did you mean `{CONFIRM}`?")
        case _:
            return _pause(written)


def _pause(written: object) -> Between:
    try:
        return Between(seconds=duration(written))
    except PydanticCustomError as error:
        advice = f"write for example `between: 10m`, or `{CONFIRM}` to be asked before each wave"
        raise wrong(error.message(), advice) from None


def _kept_between(between: Between) -> float | str:
    return CONFIRM if between.confirm else between.seconds


Pause = Annotated[
    Between,
    PlainValidator(_between),
    PlainSerializer(_kept_between),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "string", "pattern": DURATION},
                {"const": CONFIRM},
                {"type": "null"},
            ]
        }
    ),
]
