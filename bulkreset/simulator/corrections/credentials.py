"""Every way to a new password: what the pool's policy and the user's history allow, and what follows.

Assumption where AWS does not say: PasswordHistorySize counts the current password and those before it, also
after a reset took the current one away, and the text of the refusal is our own.
"""

from __future__ import annotations

from bulkreset.simulator.calls import CognitoError
from bulkreset.simulator.corrections.policy import check_password, policy_of
from bulkreset.simulator.engine import User, moto_status
from bulkreset.simulator.world import SimulatedPool

TEMPORARY = "FORCE_CHANGE_PASSWORD"
PERMANENT = "CONFIRMED"


def take_password(pool: SimulatedPool, user: User, password: str, status: str, now: float) -> None:
    """Gives the user this password and this status. Raises CognitoError, changing nothing."""
    check_password(pool.pool, password)
    _check_history(pool, user, password)
    pool.put_password(user, password)
    user.confirmation_code = None
    user.status = moto_status(status)
    if status == TEMPORARY:
        pool.temporary_since[user.username] = now
    pool.changed(user, now)


def _check_history(pool: SimulatedPool, user: User, password: str) -> None:
    size = int(str(policy_of(pool.pool).get("PasswordHistorySize", 0)))
    if size <= 0:
        return
    known = [*pool.earlier_passwords.get(user.username, ()), user.password]
    if password in [one for one in known if one][-size:]:
        raise CognitoError(
            "PasswordHistoryPolicyViolationException",
            "The password has been used before, and may not be again.",
        )
