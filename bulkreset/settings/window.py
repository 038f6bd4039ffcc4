"""The window: at which hours, on which days and by whose clock a run may change users."""

import re
import zoneinfo
from collections.abc import Mapping
from datetime import time
from typing import Annotated

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from bulkreset.settings.fields import Section, wrong
from bulkreset.settings.weekdays import EVERY_DAY, Weekdays
from bulkreset.settings.words import as_written, nearest

TIME_OF_DAY = r"^([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
OTHER_NAMES = {"localtime", "Factory"}
"""What the system's database lists beside the zones of the world."""


def _time_of_day(written: object) -> time:
    match written:
        case time():
            return written
        case str() if re.fullmatch(TIME_OF_DAY, written.strip()):
            hour, minute, *second = map(int, written.split(":"))
            return time(hour, minute, sum(second))
        case "24:00":
            raise wrong('cannot be "24:00"', 'write `"00:00"` for midnight')
        case _:
            raise wrong(f"must be a time of day, not {as_written(written)}")


def _hours_and_minutes(moment: time) -> str:
    return moment.isoformat("seconds" if moment.second else "minutes")


TimeOfDay = Annotated[
    time,
    PlainValidator(_time_of_day),
    PlainSerializer(_hours_and_minutes),
    WithJsonSchema({"type": "string", "pattern": TIME_OF_DAY}),
]


def _timezone(name: str) -> str:
    known = zoneinfo.available_timezones() - OTHER_NAMES
    if name in known:
        return name
    if not known:
        raise wrong("cannot be looked up: this machine has no time zones", "install the package `tzdata`")
    by_city = {zone.rpartition("/")[2]: zone for zone in sorted(known)}
    meant = nearest(name, known) or by_city.get(nearest(name, by_city) or "")
    advice = f"did you mean `{meant}`?" if meant else "write for example `timezone: Europe/Berlin`"
    raise wrong(f"is no time zone: {as_written(name)}", advice)


class Window(Section):
    """The hours in which a run may change users. Outside them it stops, or waits for the next."""

    model_config = ConfigDict(populate_by_name=True)

    opens: TimeOfDay = Field(
        alias="from", description="Time of day at which the window opens.", examples=['"22:00"']
    )
    closes: TimeOfDay = Field(
        alias="to",
        description="Time of day at which it closes, on the next day if that is earlier.",
        examples=['"06:00"'],
    )
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        description="Whose clock that is, as an IANA time zone.", examples=["Europe/Berlin"]
    )
    days: Weekdays = Field(
        default=EVERY_DAY,
        description="Days on which it opens; every day if left out.",
        examples=["[mon-fri]"],
        json_schema_extra={"default": ["mon-sun"]},
    )

    @model_validator(mode="before")
    @classmethod
    def _is_written_from_and_to(cls, given: object) -> object:
        if isinstance(given, Mapping) and any(isinstance(given.get(n), str) for n in ("opens", "closes")):
            raise wrong(
                "has its hours under other names", 'write for example `{from: "22:00", to: "06:00", …}`'
            )
        return given

    @model_validator(mode="after")
    def _closes_some_time_after_it_opens(self) -> "Window":
        if self.opens == self.closes:
            raise wrong(
                f"opens and closes at {_hours_and_minutes(self.opens)}",
                "write another `to`, or leave the window out to run at any hour",
            )
        return self

    @model_serializer(mode="wrap")
    def _as_it_is_written(self, dump: SerializerFunctionWrapHandler) -> dict[str, object]:
        fields: dict[str, object] = dump(self)
        return {type(self).model_fields[name].alias or name: value for name, value in fields.items()}
