"""A part of a whole as people write it, `5%` or `0.05`, and as it is kept: a fraction from 0 to 1."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from bulkreset.settings.fields import wrong
from bulkreset.settings.words import as_written

PERCENTAGE = r"^(100(\.0{1,30})?|[0-9]{1,2}(\.[0-9]{1,30})?) ?%$"


def percentage(text: str) -> float | None:
    """The fraction that `5%` means, or None if the text is no percentage from 0 to 100."""
    if not re.fullmatch(PERCENTAGE, text.strip()):
        return None
    # Decimal, because 7 / 100 * 100 has to be 7 again once it is written back.
    return float(Decimal(text.replace("%", "").strip()) / 100)


def percentage_text(fraction: float) -> str:
    """`5%` for 0.05; `percentage` reads the same fraction from it."""
    return f"{(Decimal(repr(fraction)) * 100).normalize():f}%"


def _fraction(written: object) -> object:
    if not isinstance(written, str):
        return written
    fraction = percentage(written)
    if fraction is None:
        raise wrong(f"must be a percentage, or a fraction from 0 to 1, not {as_written(written)}")
    return fraction


PartOfWhole = Annotated[
    float,
    BeforeValidator(_fraction),
    Field(ge=0, le=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1},
                {"type": "string", "pattern": PERCENTAGE},
            ]
        }
    ),
]
