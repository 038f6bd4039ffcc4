"""Cognito's request-rate quotas: which category an operation draws from, and the default rates.

Source: Amazon Cognito Developer Guide, "Quotas in Amazon Cognito". A quota counts all callers of
one account in one region together. ListUserPoolReplicas is not in that list; it is taken for a read of pools.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DOCUMENTED_RATES: Mapping[str, float] = MappingProxyType(
    {
        "UserAccountRecovery": 30.0,
        "UserUpdate": 25.0,
        "UserList": 30.0,
        "UserRead": 120.0,
        "UserCreation": 50.0,
        "UserAuthentication": 120.0,
        "UserFederation": 25.0,
        "UserToken": 120.0,
        "UserResourceRead": 50.0,
        "UserResourceUpdate": 25.0,
        "UserPoolRead": 15.0,
        "UserPoolResourceRead": 20.0,
        "UserPoolClientRead": 15.0,
    }
)
"""Requests per second of each category by default."""

RATES_PER_POOL: Mapping[str, float] = MappingProxyType({"UserPoolClientRead": 5.0})
"""Requests per second that one pool takes of one operation, where that is less than the category's quota."""

EMAIL_SENDS = "email-sends"
"""Beside Cognito's categories: the mails per second that the account's sender allows."""

CATEGORY_OF_OPERATION: Mapping[str, str] = MappingProxyType(
    {
        "AdminResetUserPassword": "UserAccountRecovery",
        "AdminSetUserPassword": "UserAccountRecovery",
        "ForgotPassword": "UserAccountRecovery",
        "ConfirmForgotPassword": "UserAccountRecovery",
        "ChangePassword": "UserAccountRecovery",
        "AdminUpdateUserAttributes": "UserUpdate",
        "AdminUserGlobalSignOut": "UserUpdate",
        "AdminDisableUser": "UserUpdate",
        "AdminEnableUser": "UserUpdate",
        "ListUsers": "UserList",
        "ListUsersInGroup": "UserList",
        "AdminGetUser": "UserRead",
        "InitiateAuth": "UserAuthentication",
        "AdminInitiateAuth": "UserAuthentication",
        "AdminCreateUser": "UserCreation",
        "SignUp": "UserCreation",
        "RevokeToken": "UserToken",
        "DescribeUserPool": "UserPoolRead",
        "ListUserPoolReplicas": "UserPoolRead",
        "DescribeUserPoolClient": "UserPoolClientRead",
        "ListUserPoolClients": "UserPoolClientRead",
    }
)
