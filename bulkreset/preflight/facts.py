"""What checks look at: the pool, its app clients and its account, as they were read.

Whatever could not be read is among `unread`, never an error: a check says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bulkreset.account import Caller, Medium, MessageLimit, Quota
from bulkreset.pool import PasswordPolicy, PoolFacts

DENIED_CODES = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}
)


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be looked at. `reason` is AWS's code, or a few words; `message` is AWS's text."""

    permission: str
    reason: str
    message: str = ""

    @property
    def is_denied(self) -> bool:
        return self.reason in DENIED_CODES


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """The parts of DescribeUserPool that a plan does not rest on, but its users' evening does.

    `triggers` are the names of LambdaConfig that have a function. `sms_path` is `sns`, `eums` (AWS End User
    Messaging) or "" where the pool cannot send text messages. `email_identity` is the ARN of the sender.
    `key_arn` is that of a customer's KMS key, if the pool has one. `has_email_text`: its mails have a text of
    its own.
    """

    deletion_protection: bool = False
    triggers: frozenset[str] = frozenset()
    sms_path: str = ""
    sms_failure: str = ""
    email_identity: str = ""
    mfa: str = "OFF"
    temporary_password_days: int = 7
    password_policy: PasswordPolicy = field(default_factory=PasswordPolicy)
    key_arn: str = ""
    has_email_text: bool = False
    verifies_by_link: bool = False


@dataclass(frozen=True, slots=True)
class AppClient:
    """An app client without its secret. `flows` are ExplicitAuthFlows, AWS's defaults where it has none.

    `has_managed_login`: users sign in to it on Cognito's own pages. `is_machine`: only programs use it.
    """

    client_id: str
    name: str
    flows: frozenset[str]
    hides_existence: bool
    revokes_tokens: bool
    access_seconds: int
    id_seconds: int
    refresh_seconds: int
    has_managed_login: bool = False
    is_machine: bool = False

    @property
    def longest_seconds(self) -> int:
        """How long the longer of the tokens that applications verify by themselves is valid."""
        return max(self.access_seconds, self.id_seconds)


@dataclass(frozen=True, slots=True)
class AppClients:
    """The app clients that were described, and how many more the pool has.

    `more` is None where it has more, and nobody counted them.
    """

    described: tuple[AppClient, ...] = ()
    more: int | None = 0

    @property
    def of_people(self) -> tuple[AppClient, ...]:
        return tuple(client for client in self.described if not client.is_machine)


@dataclass(frozen=True, slots=True)
class Suppression:
    """SES sends nothing to an address, because of a BOUNCE or a COMPLAINT; since when, in epoch seconds."""

    reason: str
    since: float


class Identity(StrEnum):
    """What SES says of a sender's identity."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was read. None is what was not asked for, or could not be read.

    `tried` are the permissions that a call has proven. `spent` is how many messages of each medium this
    machine knows to be sent today. `identity` is that of the pool's sender,
    `own_identity` that of a sender of the job's own. `replica_role` is PRIMARY or SECONDARY where the pool
    is replicated between regions.
    """

    region: str = ""
    pool_id: str = ""
    pool: PoolFacts | None = None
    settings: PoolSettings | None = None
    caller: Caller | None = None
    clients: AppClients | None = None
    limits: tuple[MessageLimit, ...] = ()
    spent: Mapping[Medium, int] = field(default_factory=dict)
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    identity: Identity | None = None
    own_identity: Identity | Unread | None = None
    replica_role: str = ""
    replica_regions: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()

    def limit(self, medium: Medium) -> MessageLimit | None:
        return next((limit for limit in self.limits if limit.medium is medium), None)

    def unread_of(self, *permissions: str) -> tuple[Unread, ...]:
        return tuple(one for one in self.unread if one.permission in permissions)
