"""Consents: hazards that a job takes knowingly, each by a name of its own. There is none for all of them."""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, WithJsonSchema

from bulkreset.settings.fields import wrong
from bulkreset.settings.words import as_written

OVER_CAP = "over-cap"
PRIVILEGED = "privileged-users"
GIVEN = "given-passwords"
VERIFY_UNVERIFIED = "verify-unverified-contacts"

Consent = Literal["given-passwords", "over-cap", "privileged-users", "verify-unverified-contacts"]


def _named(written: object) -> object:
    if written is None:
        return ()
    if not isinstance(written, list | tuple):
        raise wrong(
            f"must be a list of hazards, not {as_written(written)}",
            f"write for example `consent: [{OVER_CAP}]`",
        )
    for name in written:
        if name not in get_args(Consent):
            raise wrong(
                f"does not know the hazard {as_written(name)}",
                "name each hazard: " + ", ".join(f"`{known}`" for known in get_args(Consent)),
            )
    return tuple(sorted(set(written)))


Consents = Annotated[
    tuple[Consent, ...],
    BeforeValidator(_named),
    WithJsonSchema({"type": ["array", "null"], "items": {"type": "string", "enum": list(get_args(Consent))}}),
]
