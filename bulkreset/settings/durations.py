"""A length of time as people write it, `90s`, `10m` or `1h30m`, and as it is kept: in seconds."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from bulkreset.settings.fields import wrong
from bulkreset.settings.words import as_written

SECONDS_PER_UNIT = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
NUMBER = r"[0-9]{1,9}(\.[0-9]{1,3})?"
DURATION = "^" + r"(?=.)" + " ?".join(f"({NUMBER}{unit})?" for unit in SECONDS_PER_UNIT) + "$"
PART = re.compile(rf"(?P<number>{NUMBER})(?P<unit>[dhms])")

LONGEST_SECONDS = 366 * 86_400


def duration(written: object) -> float:
    """The seconds that `1h30m` means, or a bare number of them. Raises what is wrong with it."""
    match written:
        case bool():
            seconds = None
        case int() | float():
            seconds = float(min(written, 2 * LONGEST_SECONDS))
        case str() if re.fullmatch(DURATION, written.strip()):
            parts = PART.finditer(written)
            seconds = float(sum(Decimal(part["number"]) * SECONDS_PER_UNIT[part["unit"]] for part in parts))
        case _:
            seconds = None
    if seconds is None or seconds < 0:
        raise wrong(f"must be a length of time, not {as_written(written)}")
    if seconds > LONGEST_SECONDS:
        raise wrong(f"must be at most 366d, not {as_written(written)}")
    return seconds


def read_duration(text: str) -> float | None:
    """The seconds that a text such as `2d` means; None for one that is no length of time."""
    try:
        return duration(text)
    except PydanticCustomError:
        return None


def duration_text(seconds: float) -> str:
    """`1h30m` for 5400 seconds."""
    parts, rest = [], seconds
    for unit, length in SECONDS_PER_UNIT.items():
        number, rest = divmod(rest, length) if unit != "s" else (rest, 0)
        if number:
            parts.append(f"{number:g}{unit}")
    return "".join(parts) or "0s"


MaxAge = Annotated[
    float,
    BeforeValidator(duration),
    Field(gt=0),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": DURATION}]}
    ),
]
"""A length of time that is more than nothing."""
