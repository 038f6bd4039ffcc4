"""New pools: the parts of CreateUserPool that matter to recoveries and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bulkreset.errors import InputError
from bulkreset.simulator.engine import DEFAULT_ACCOUNT_ID, Pool, backend_of

SMS_BY_SNS: Mapping[str, str] = {
    "SnsCallerArn": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/texts",
    "ExternalId": "simulated",
}


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """`recovery` names the mechanisms by priority; empty leaves AccountRecoverySetting unset.

    `sends_texts`: the pool has a path for text messages. `more` takes further parameters of
    CreateUserPool, which win.
    """

    username_attributes: tuple[str, ...] = ()
    alias_attributes: tuple[str, ...] = ()
    recovery: tuple[str, ...] = ()
    case_sensitive: bool = True
    email_sender: str = "COGNITO_DEFAULT"
    sends_texts: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)

    def parameters(self) -> dict[str, Any]:
        """The same as parameters of CreateUserPool."""
        mechanisms = [{"Priority": rank, "Name": name} for rank, name in enumerate(self.recovery, 1)]
        parameters: dict[str, Any] = {
            "UsernameConfiguration": {"CaseSensitive": self.case_sensitive},
            "EmailConfiguration": {"EmailSendingAccount": self.email_sender},
            "UsernameAttributes": list(self.username_attributes),
            "AliasAttributes": list(self.alias_attributes),
            "AccountRecoverySetting": {"RecoveryMechanisms": mechanisms} if mechanisms else None,
            "SmsConfiguration": SMS_BY_SNS if self.sends_texts else None,
        }
        return {name: value for name, value in parameters.items() if value} | dict(self.more)


def create_moto_pool(pool_id: str, name: str, settings: PoolSettings) -> Pool:
    """A pool of this id in moto. Raises InputError when moto has one already."""
    backend = backend_of(DEFAULT_ACCOUNT_ID, region_of(pool_id))
    if pool_id in backend.user_pools:
        raise InputError(f"a simulator of this process already has a pool {pool_id}")
    pool = backend.create_user_pool(name, settings.parameters())
    del backend.user_pools[pool.id]
    pool.arn = pool.arn.replace(pool.id, pool_id)
    pool.id = pool_id
    backend.user_pools[pool_id] = pool
    return pool


def create_moto_client(pool: Pool, settings: Mapping[str, Any]) -> str:
    """An app client with these parameters of CreateUserPoolClient; its id."""
    extended = {name: value for name, value in settings.items() if name != "GenerateSecret"}
    has_secret = bool(settings.get("GenerateSecret", False))
    client = backend_of(pool.account_id, pool.region).create_user_pool_client(pool.id, has_secret, extended)
    return str(client.id)


def find_moto_pool(pool_id: str) -> Pool:
    """Raises InputError when there is none."""
    pool = backend_of(DEFAULT_ACCOUNT_ID, region_of(pool_id)).user_pools.get(pool_id)
    if pool is None:
        raise InputError(f"the simulator has no pool {pool_id}")
    return pool


def delete_moto_pool(pool: Pool) -> None:
    backend_of(pool.account_id, pool.region).user_pools.pop(pool.id, None)


def region_of(pool_id: str) -> str:
    return pool_id.rpartition("_")[0]
