"""Days of the week as people write them, `[mon-fri, sun]`, and as they are kept: 0 for Monday."""

import re
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from bulkreset.settings.fields import wrong
from bulkreset.settings.words import as_written, nearest, shortened

NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT = 3
EVERY_DAY = frozenset(range(len(NAMES)))

DAYS = r"^ *[A-Za-z]{3,9} *([-–] *[A-Za-z]{3,9} *)?$"

ADVICE = "write for example `days: [mon-fri]`"


def _days(written: object) -> frozenset[int]:
    match written:
        case None:
            return EVERY_DAY
        case frozenset() if written and written <= EVERY_DAY:
            return written
        case str():
            raise wrong(
                f"must be a list of days, not {as_written(written)}",
                f"write it as a list: `days: [{shortened(written)}]`",
            )
        case list() | tuple() if written:
            return frozenset[int]().union(*map(_item, written))
        case list() | tuple():
            raise wrong("is an empty list", "leave it out for every day")
        case _:
            raise wrong(f"must be a list of days, not {as_written(written)}", ADVICE)


def _item(written: object) -> frozenset[int]:
    """The days of `mon` or `fri-mon`."""
    if not isinstance(written, str):
        raise wrong(f"has a wrong item: {as_written(written)}", ADVICE)
    first, *last = [_day(name.strip(), written) for name in re.split("[-–]", written, maxsplit=1)]
    length = (last[0] - first) % len(NAMES) if last else 0
    return frozenset((first + day) % len(NAMES) for day in range(length + 1))


def _day(name: str, written: str) -> int:
    for day, known in enumerate(NAMES):
        if len(name) >= SHORT and known.startswith(name.lower()):
            return day
    meant = nearest(name, NAMES)
    advice = f"did you mean `{meant}`?" if meant else ADVICE
    raise wrong(f"has a wrong item: {as_written(written)}", advice)


def _names(days: frozenset[int]) -> list[str]:
    return [NAMES[day][:SHORT] for day in sorted(days)]


Weekdays = Annotated[
    frozenset[int],
    PlainValidator(_days),
    PlainSerializer(_names),
    WithJsonSchema({"type": ["array", "null"], "minItems": 1, "items": {"type": "string", "pattern": DAYS}}),
]
