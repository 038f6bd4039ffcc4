"""The kinds of value that settings are made of. They say what is wrong themselves where pydantic cannot."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError

from bulkreset.errors import InputError
from bulkreset.places import EXAMPLE, Place, S3Object, is_on_s3, place_of
from bulkreset.settings.words import as_written

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Section(BaseModel):
    """A part of a settings file: fixed once read, no unknown keys, no text where a number belongs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def wrong(message: str, advice: str = "") -> PydanticCustomError:
    """What is wrong with a value, and what to write instead if an example does not say it."""
    return PydanticCustomError("setting", "{message}", {"message": message, "advice": advice})


def _one_line(text: str) -> str:
    stripped = text.strip()
    if CONTROL.search(stripped):
        raise wrong("must be one line without tabs or control characters", "write it on one line")
    return stripped


def _path_text(written: object) -> object:
    if isinstance(written, Path):
        return written
    if not isinstance(written, str):
        raise wrong(f"must be a path, not {as_written(written)}")
    if not written.strip() or CONTROL.search(written):
        raise wrong(f"is not a path: {as_written(written)}")
    return written


def _local_path(written: object) -> object:
    if is_on_s3(written):
        raise wrong("has to be a file on this machine, not an object of S3", "copy it here with `aws s3 cp`")
    return _path_text(written)


def _place(written: object) -> object:
    if isinstance(written, S3Object | Path):
        return written
    try:
        return place_of(str(_path_text(written)))
    except InputError as error:
        raise wrong(f"cannot be: {error.problems[0].message}", EXAMPLE) from None


def _endpoint(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
        parts = urlsplit("")
    if parts.username is not None or parts.password is not None:
        raise wrong("must not hold a user name or password", "use `credentials` instead")
    if not sound or re.search(r"\s", url):
        raise wrong(
            f"is not an http or https URL: {as_written(url)}",
            "write for example `endpoint_url: http://127.0.0.1:5566`, or leave it out for AWS itself",
        )
    return url


def _defaults_if_empty(section: object) -> object:
    return {} if section is None else section


@dataclass(frozen=True, slots=True)
class AlsoWritten:
    """A section that may be written shorter, as any of `schemas`: for the JSON Schema of its field."""

    schemas: tuple[dict[str, Any], ...]

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [handler(core_schema), *self.schemas]}


EmptyMeansDefaults = BeforeValidator(_defaults_if_empty)
"""A section of which every line is commented out is read as if it were not there."""

OneLine = Annotated[str, Field(max_length=1000), AfterValidator(_one_line)]
WrittenPath = Annotated[Path, BeforeValidator(_local_path), Field(strict=False)]
WrittenPlace = Annotated[
    Place,
    PlainValidator(_place),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "path"}),
]
EndpointUrl = Annotated[str, AfterValidator(_endpoint)]
Fraction = Annotated[float, Field(gt=0, le=1)]
