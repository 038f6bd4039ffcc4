"""Whether the pool is one of several replicas, and which of them can be changed.

Only a pool with a multi-Region key can be replicated (Developer Guide, "Multi-Region replication for user
pools"), so only of such a pool it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from bulkreset.cognito.directory import Directory
from bulkreset.cognito.optional import wanted
from bulkreset.preflight.facts import PoolSettings, Unread

MULTI_REGION_KEY = ":key/mrk-"
"""In the ARN of every multi-Region key (AWS KMS Developer Guide, "Multi-Region keys")."""


@dataclass(frozen=True, slots=True)
class Replicas:
    """The role of the pool in this region, "" where it is not replicated, and the other regions."""

    role: str = ""
    others: tuple[str, ...] = ()


def replicas(directory: Directory, settings: PoolSettings, region: str) -> Replicas | Unread:
    if MULTI_REGION_KEY not in settings.key_arn:
        return Replicas()
    answer = wanted(directory, "ListUserPoolReplicas", {}, expecting="UserPoolReplicas")
    if isinstance(answer, Unread):
        return answer
    roles = {str(one.get("RegionName")): str(one.get("Role")) for one in answer["UserPoolReplicas"]}
    return Replicas(roles.get(region, ""), tuple(sorted(name for name in roles if name != region)))
