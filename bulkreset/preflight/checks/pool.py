"""The pool itself: whether it is there, protected against deletion, and the one that can be changed.

A pool that is replicated between regions can be changed in its primary region alone; its replicas have the
same id (Developer Guide, "Multi-Region replication for user pools").
"""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts, Unread
from bulkreset.preflight.permissions import DESCRIBE_POOL, LIST_REPLICAS, LIST_USERS
from bulkreset.preflight.terms import JobTerms


def _examine(facts: Facts, _terms: JobTerms) -> Found:
    for unread in facts.unread_of(DESCRIBE_POOL, LIST_USERS):
        if not unread.is_denied:
            yield _unreadable(facts, unread)
    if facts.replica_role == "SECONDARY":
        yield Told(
            Severity.PROBLEM,
            f"the pool in {facts.region} is a secondary replica",
            "resets and changes of attributes are possible in the primary region only; here Cognito answers "
            "each of them with OperationNotEnabledException",
            "name the primary region's pool in the environment file: its region is that of the PRIMARY in "
            "`aws cognito-idp list-user-pool-replicas`",
        )
    elif facts.replica_regions:
        yield Told(
            Severity.NOTE,
            f"the pool is replicated to {', '.join(facts.replica_regions)}",
            "users change here first and there a little later; app clients and triggers there have settings "
            "of their own, which were not looked at",
            "look at the replicas' triggers and senders too",
        )
    for unread in facts.unread_of(LIST_REPLICAS):
        yield Told(
            Severity.NOTE,
            f"whether the pool is a replica was not looked at: {unread.reason}",
            "its key is a multi-Region key, so it may be replicated; a secondary pool cannot be changed",
            f"allow {LIST_REPLICAS} on the pool's ARN",
        )
    if facts.settings and not facts.settings.deletion_protection:
        yield Told(
            Severity.NOTE,
            "the pool is not protected against deletion",
            "no job deletes a pool, but whoever is in the account tonight could, with all its users",
            "switch DeletionProtection on",
        )


def _unreadable(facts: Facts, unread: Unread) -> Told:
    if unread.reason == "ResourceNotFoundException":
        return Told(
            Severity.PROBLEM,
            f"there is no pool {facts.pool_id} in {facts.region}",
            "it was deleted, or is of another region or another account",
            "check pool_id, region and credentials in the environment file",
        )
    return Told(
        Severity.PROBLEM,
        f"the pool cannot be read: {unread.reason}",
        unread.message or "nothing is known of it as long as nobody answers",
        "check the credentials, endpoint_url, the network and the proxy",
    )


CHECK = Check(
    "pool",
    "the pool exists; deletion protection; whether it is a replica that cannot be changed",
    "Developer Guide, Multi-Region replication for user pools; API Reference, DescribeUserPool",
    _examine,
)
