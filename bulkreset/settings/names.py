"""One name or several, where either may be written."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bulkreset.settings.fields import wrong
from bulkreset.settings.words import as_written


def listed(written: object) -> tuple[str, ...]:
    match written:
        case None:
            return ()
        case str() if written.strip():
            return (written.strip(),)
        case list() | tuple() if written and all(isinstance(one, str) and one.strip() for one in written):
            return tuple(dict.fromkeys(one.strip() for one in written))
        case list() | tuple() if not written:
            raise wrong("is an empty list", "write at least one name, or leave it out")
        case _:
            raise wrong(f"must be a name or a list of names, not {as_written(written)}")


def kept_names(names: tuple[str, ...]) -> list[str] | None:
    return list(names) or None


def one_or_more(item: dict[str, object]) -> WithJsonSchema:
    many = {"type": "array", "minItems": 1, "items": item}
    return WithJsonSchema({"anyOf": [item, many, {"type": "null"}]})


Names = Annotated[
    tuple[str, ...],
    BeforeValidator(listed),
    PlainSerializer(kept_names),
    one_or_more({"type": "string", "minLength": 1}),
]
