"""Whom a name means: exactly one user of the pool, or nobody. Bills nobody."""

from __future__ import annotations

from bulkreset.errors import Refused
from bulkreset.flow.access import Access
from bulkreset.flow.person import users_called
from bulkreset.pool import PoolFacts
from bulkreset.users import UserState, masked

SHOWN = 5


def the_user(access: Access, pool: PoolFacts, name: str) -> UserState | None:
    """The user that a username, sub, e-mail address or phone number means, None if nobody has it.

    Raises Refused where several have it: which of them is meant, only the operator knows.
    """
    found = users_called(access, pool, name)
    if len(found) > 1:
        names = ", ".join(masked(user.username) for user in found[:SHOWN])
        more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
        raise Refused(
            f"{len(found):,} users of pool {pool.pool_id} have {masked(name)}: {names}{more}; "
            "name the one you mean by its username or sub; nothing was changed"
        )
    return found[0] if found else None
