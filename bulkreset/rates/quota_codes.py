"""What Service Quotas calls Cognito's quota categories, and which of them an account can have raised.

Source: Amazon Cognito Developer Guide, "Quotas in Amazon Cognito", and the listings of Service Quotas.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

QUOTA_CODES: Mapping[str, str] = MappingProxyType(
    {
        "UserAccountRecovery": "L-7D6E8ED3",
        "UserUpdate": "L-6621E65D",
        "UserList": "L-259E3368",
        "UserRead": "L-D6BD5178",
        "UserCreation": "L-5987B8A0",
        "UserAuthentication": "L-026ADBA3",
        "UserFederation": "L-BB3E7CCF",
        "UserToken": "L-F21F8BB4",
        "UserResourceRead": "L-55545DC8",
        "UserResourceUpdate": "L-574C86AE",
        "UserPoolRead": "L-CFFBE34A",
        "UserPoolResourceRead": "L-A01C9633",
        "UserPoolClientRead": "L-A412573D",
    }
)

ADJUSTABLE = frozenset(
    {"UserRead", "UserCreation", "UserAuthentication", "UserFederation", "UserToken", "UserResourceRead"}
)
"""Here Service Quotas tells the most that may be provisioned, and Cognito what is."""
