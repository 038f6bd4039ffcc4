"""ListUserPoolReplicas, which moto does not have, and what a secondary pool refuses.

Source: Developer Guide, "Multi-Region replication for user pools".
"""

from __future__ import annotations

from typing import Any

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.world import World

PRIMARY, SECONDARY = "PRIMARY", "SECONDARY"
ELSEWHERE = "eu-central-1"
REFUSED_BY_A_SECONDARY = frozenset(
    {
        "AdminDisableUser",
        "AdminEnableUser",
        "AdminResetUserPassword",
        "AdminSetUserPassword",
        "AdminUpdateUserAttributes",
        "ForgotPassword",
    }
)


def list_user_pool_replicas(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    if not pool.replica_role:
        return {"UserPoolReplicas": []}
    other = PRIMARY if pool.replica_role == SECONDARY else SECONDARY
    return {
        "UserPoolReplicas": [
            _replica(pool.pool.arn, call.region, pool.replica_role),
            _replica(pool.pool.arn.replace(f":{call.region}:", f":{ELSEWHERE}:"), ELSEWHERE, other),
        ]
    }


def check_replica(world: World, call: Call) -> None:
    """Raises CognitoError where a secondary pool does not do this."""
    if call.operation not in REFUSED_BY_A_SECONDARY or "UserPoolId" not in call.params:
        return
    if world.pool_of(call).replica_role == SECONDARY:
        raise CognitoError("OperationNotEnabledException", "The operation is not enabled in this Region.")


def _replica(arn: str, region: str, role: str) -> dict[str, str]:
    return {"RegionName": region, "Status": "ACTIVE", "Role": role, "UserPoolArn": arn}
