"""The deadline: the moment after which a run begins nothing more."""

from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from bulkreset.settings.fields import wrong
from bulkreset.settings.moments import MOMENT, NotAMoment, moment_text, read_moment


def _deadline(written: object) -> float:
    moment = read_moment(written)
    if isinstance(moment, NotAMoment):
        raise wrong(moment.message, moment.advice)
    return moment


Deadline = Annotated[
    float,
    PlainValidator(_deadline),
    PlainSerializer(moment_text),
    WithJsonSchema({"type": "string", "pattern": MOMENT}),
]
"""Kept as text: a bare number in a file would be taken for a moment in 1970."""
