"""Which permissions a look at the pool and its account needs, and what for.

Without those of NEEDED no job can run. Those of WANTED are for findings alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DESCRIBE_POOL = "cognito-idp:DescribeUserPool"
LIST_USERS = "cognito-idp:ListUsers"
GET_USER = "cognito-idp:AdminGetUser"
LIST_CLIENTS = "cognito-idp:ListUserPoolClients"
DESCRIBE_CLIENT = "cognito-idp:DescribeUserPoolClient"
LIST_REPLICAS = "cognito-idp:ListUserPoolReplicas"
EMAIL_IDENTITY = "ses:GetEmailIdentity"
GET_OBJECT = "s3:GetObject"
SUPPRESSED = "ses:GetSuppressedDestination"

NEEDED: Mapping[str, str] = MappingProxyType(
    {
        DESCRIBE_POOL: "without it nothing is known of the pool, and no job can be planned or applied",
        LIST_USERS: "without it no user can be looked at, so no job can be planned or applied",
        GET_USER: "`read: get` and `--read-mfa` read users by it",
    }
)

WANTED: Mapping[str, str] = MappingProxyType(
    {
        LIST_CLIENTS: "which app clients there are",
        DESCRIBE_CLIENT: "how users sign in, and how long tokens live",
        LIST_REPLICAS: "only where the pool's key is a multi-Region key: whether it is the primary pool",
        EMAIL_IDENTITY: "whether SES accepts the pool's sender",
        SUPPRESSED: "`--user` alone: whether SES keeps mail from the address",
    }
)
