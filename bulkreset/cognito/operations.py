"""boto3's names for Cognito's operations."""

from __future__ import annotations

from functools import cache

from botocore import xform_name


@cache
def method_name(operation: str) -> str:
    """`AdminResetUserPassword` → `admin_reset_user_password`."""
    return str(xform_name(operation))
