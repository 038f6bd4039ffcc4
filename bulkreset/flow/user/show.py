"""A user as Cognito has it, and what each goal would do with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.access import open_access
from bulkreset.flow.user.found import the_user
from bulkreset.flow.user.outlook import Outlook, subject
from bulkreset.goals.registry import goals
from bulkreset.settings.loading import load_environment
from bulkreset.users import UserState


@dataclass(frozen=True, slots=True)
class Portrait:
    """`mfa_read`: the user was read in full, which billed it. `calls` counts those to the pool."""

    user: UserState
    pool_id: str
    pool_name: str
    protected: bool
    mfa_read: bool
    outlooks: tuple[Outlook, ...]
    calls: dict[str, int]


def portrait(environment_path: Path, name: str, clock: Clock, *, reads_mfa: bool) -> Portrait | None:
    """The user that a name means, None where nobody has it. Bills nobody unless `reads_mfa`.

    Raises InputError for an environment that cannot be used, and Refused where several users have the name
    or the pool cannot be read.
    """
    environment = load_environment(environment_path)
    access = open_access(environment, clock)
    try:
        pool = access.directory.pool()
        user = the_user(access, pool, name)
        if user is not None and reads_mfa:
            user = access.directory.get(user.username)
        if user is None:
            return None
        about = subject(access.directory, environment, pool, user)
    except Stopped as error:
        raise Refused(f"{error}; check endpoint_url, the network and the proxy") from error
    finally:
        access.close()
    return Portrait(
        user=user,
        pool_id=pool.pool_id,
        pool_name=pool.name,
        protected=about.signature.protected,
        mfa_read=reads_mfa,
        outlooks=tuple(about.outlook(goal) for goal in goals()),
        calls=dict(access.client.calls),
    )
