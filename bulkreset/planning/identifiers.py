"""How a manifest's identifier is matched with users: which attributes, and in which spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bulkreset.pool import PoolFacts
from bulkreset.users import IdentifierKind

if TYPE_CHECKING:
    import pandas as pd

SPELLED_LOOSELY = frozenset({"username", "email"})


def attributes_to_try(kind: str, pool: PoolFacts) -> tuple[str, ...]:
    """The user attributes that an identifier of this kind may name, most likely first.

    Where users sign in with an e-mail address or phone number, people call that the username; so
    do Cognito's own operations (Developer Guide, "Customizing sign-in attributes").
    """
    if kind == IdentifierKind.USERNAME:
        return ("username", *(name for name in pool.sign_in_attributes if name in ("email", "phone_number")))
    return (kind,)


def spelled(values: pd.Series[str], attribute: str, pool: PoolFacts) -> pd.Series[str]:
    """Values as they compare in this pool: a case-insensitive pool ignores case in names and e-mails."""
    if attribute in SPELLED_LOOSELY and not pool.case_sensitive:
        return values.str.lower()
    return values


def may_be(value: str, attribute: str) -> bool:
    """Whether it is worth asking the pool for this value as this attribute."""
    match attribute:
        case "email":
            return "@" in value
        case "phone_number":
            return value.startswith("+")
        case _:
            return True
