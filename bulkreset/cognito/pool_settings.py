"""What DescribeUserPool says beside the facts that plans rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bulkreset.pool import PasswordPolicy
from bulkreset.preflight.facts import PoolSettings

DEFAULT_DAYS = 7
"""TemporaryPasswordValidityDays where it is absent or 0 (API Reference, PasswordPolicyType)."""

NO_TRIGGERS = frozenset({"KMSKeyID", "PreTokenGenerationConfig"})
"""Keys of LambdaConfig that are no trigger, or the same one twice."""


def pool_settings(pool: Mapping[str, Any]) -> PoolSettings:
    """The `UserPool` of DescribeUserPool."""
    triggers = pool.get("LambdaConfig") or {}
    sms = pool.get("SmsConfiguration") or {}
    template = pool.get("VerificationMessageTemplate") or {}
    policy = (pool.get("Policies") or {}).get("PasswordPolicy") or {}
    return PoolSettings(
        deletion_protection=pool.get("DeletionProtection") == "ACTIVE",
        triggers=frozenset(name for name, function in triggers.items() if function) - NO_TRIGGERS,
        sms_path="eums" if sms.get("EumsSms") else "sns" if sms.get("SnsCallerArn") else "",
        sms_failure=str(pool.get("SmsConfigurationFailure") or ""),
        email_identity=str((pool.get("EmailConfiguration") or {}).get("SourceArn") or ""),
        mfa=str(pool.get("MfaConfiguration") or "OFF"),
        temporary_password_days=int(policy.get("TemporaryPasswordValidityDays") or DEFAULT_DAYS),
        password_policy=PasswordPolicy(
            minimum_length=int(policy.get("MinimumLength") or PasswordPolicy().minimum_length),
            uppercase=bool(policy.get("RequireUppercase")),
            lowercase=bool(policy.get("RequireLowercase")),
            numbers=bool(policy.get("RequireNumbers")),
            symbols=bool(policy.get("RequireSymbols")),
        ),
        has_email_text=bool(template.get("EmailMessage") or pool.get("EmailVerificationMessage")),
        verifies_by_link=template.get("DefaultEmailOption") == "CONFIRM_WITH_LINK",
        key_arn=str((pool.get("KeyConfiguration") or {}).get("KmsKeyArn") or ""),
    )
