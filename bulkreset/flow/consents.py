"""The hazards of a plan: found in its rows, refused without the job's consent, else told in the plan."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from bulkreset.errors import Refused
from bulkreset.goals.base import DecisionKind
from bulkreset.planning.caps import cap_problems
from bulkreset.planning.consents import weigh
from bulkreset.planning.named import named
from bulkreset.planning.snapshot import Snapshot
from bulkreset.settings.loading import LoadedJob

VERIFYING = frozenset({"verify-email", "verify-phone"})
VERIFYING_GOAL = "verify-contact"


def hazards_taken(
    loaded: LoadedJob, plan: pd.DataFrame, snapshot: Snapshot, privileged: Collection[str]
) -> tuple[str, ...]:
    """What is to be told of the plan's hazards. Raises Refused where the job does not consent.

    `privileged` are the names of the users whom the environment protects.
    """
    to_do = plan[plan["decision"] == DecisionKind.DO.value]
    pool_users = len(snapshot.users) if snapshot.whole_pool else snapshot.pool.estimated_users
    caps = loaded.environment.caps
    protected = snapshot.users.loc[named(snapshot.users, privileged), "username"]
    hazards = weigh(
        cap_problems(len(to_do), pool_users, caps.max_users, caps.max_pool_fraction),
        0 if loaded.job.goal == VERIFYING_GOAL else _verified_unproved(to_do),
        int(to_do["username"].isin(protected).sum()),
        loaded.job.consent,
        required=loaded.environment.require_consent,
    )
    if hazards.refusals:
        raise Refused("\n".join(hazards.refusals))
    return hazards.told


def _verified_unproved(to_do: pd.DataFrame) -> int:
    rows = to_do["steps"].value_counts()
    return sum(int(count) for steps, count in rows.items() if VERIFYING & set(str(steps).split()))
