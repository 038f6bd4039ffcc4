"""Whether it is still the account, the caller and the pool that the plan was made with and for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bulkreset.account import Caller
from bulkreset.cognito.account.identity import same_caller
from bulkreset.errors import Outdated, Refused
from bulkreset.goals.registry import goals
from bulkreset.ledger.read import RunReader
from bulkreset.pool import PoolFacts, facts_from_json

DECISIVE = ("recovery", "alias_attributes", "username_attributes", "case_sensitive")
"""Settings of a pool on which the decisions of a plan rest."""


def identity_json(pool: PoolFacts, caller: Caller | None) -> dict[str, str]:
    """Account and caller as they are kept with a plan and with each start of a runner."""
    return {
        "account_id": caller.account_id if caller else pool.account_id,
        "caller": caller.arn if caller else "",
    }


def refuse_another_pool(reader: RunReader, pool: PoolFacts) -> None:
    """Raise Outdated when the pool is not the planned one any more, in a way that decisions rest on."""
    planned = facts_from_json(reader.meta("pool"))
    changed = [
        f"{name} was {_told(before)} and is {_told(now)}"
        for name in DECISIVE
        if (before := getattr(planned, name)) != (now := getattr(pool, name))
    ]
    if planned.pool_id != pool.pool_id:
        changed.append(f"the pool was {planned.pool_id} and is {pool.pool_id}")
    if changed:
        raise Outdated(f"the pool's settings changed since the plan: {'; '.join(changed)}; plan again")
    job = reader.meta("job")
    refusal = goals()[reader.meta("goal")].refusal(pool, job["policy"])
    if refusal:
        raise Outdated(f"{reader.meta('goal')} is not possible in pool {pool.pool_id} any more: {refusal}")


def refuse_another_caller(
    planned: Mapping[str, Any] | None, now: Mapping[str, str], *, other_caller: bool
) -> None:
    """Raise Refused when account or caller are known to differ from the planned ones.

    `other_caller` is the operator's consent to another caller of the same account.
    """
    if planned is None:
        return
    before_id, now_id = planned["account_id"], now["account_id"]
    if before_id and now_id and before_id != now_id:
        raise Refused(
            f"the plan was made in account {before_id} and these credentials are of account {now_id}; "
            "use the credentials of that account"
        )
    before, caller = planned["caller"], now["caller"]
    if before and caller and not same_caller(before, caller) and not other_caller:
        raise Refused(
            f"the plan was made as {before} and these credentials are of {caller}; use the same, or allow "
            "this caller with --other-caller"
        )


def _told(value: object) -> str:
    return ", ".join(map(str, value)) or "unset" if isinstance(value, tuple) else str(value)
