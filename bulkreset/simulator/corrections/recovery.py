"""AdminResetUserPassword, ForgotPassword, ConfirmForgotPassword: who may be sent a code, and by which way.

Assumptions where AWS does not say: a reset of a user in RESET_REQUIRED succeeds, sends a new code
and voids the old one; UNCONFIRMED and EXTERNAL_PROVIDER are refused like FORCE_CHANGE_PASSWORD; a
message that the daily limit stops leaves the user's state as it was; in an admin_only pool a reset
is an InvalidParameterException.
"""

from __future__ import annotations

from typing import Any

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.corrections.clients import check_secret, hides_existence
from bulkreset.simulator.corrections.credentials import PERMANENT, take_password
from bulkreset.simulator.directory import verified
from bulkreset.simulator.engine import User, moto_status
from bulkreset.simulator.outbox import Medium
from bulkreset.simulator.world import Letter, SimulatedPool, World

KIND = "CustomMessage_ForgotPassword"
CODE_LIFETIME_SECONDS = 3600.0
MEDIUM_OF_MECHANISM = {"verified_email": Medium.EMAIL, "verified_phone_number": Medium.SMS}
LEGACY_ORDER = (Medium.SMS, Medium.EMAIL)
MFA_CHANNELS = {"EMAIL_OTP": Medium.EMAIL, "EMAIL_MFA": Medium.EMAIL, "SMS_MFA": Medium.SMS}
RECOVERABLE = frozenset({"CONFIRMED", "RESET_REQUIRED"})

NO_CONTACT = "Cannot reset password for the user as there is no registered/verified email or phone_number"
WRONG_STATE = "User password cannot be reset in the current state."


def admin_reset_user_password(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    user = pool.user(call.name_given)
    if not user.enabled:
        raise CognitoError("NotAuthorizedException", "User is disabled")
    if user.status not in RECOVERABLE:
        raise CognitoError("NotAuthorizedException", WRONG_STATE)
    if "admin_only" in _mechanisms(pool):
        raise CognitoError(
            "InvalidParameterException",
            "Cannot reset password for the user as self-service account recovery is not configured",
        )
    _send_code(world, pool, user, call)
    pool.put_password(user, None)
    user.status = moto_status("RESET_REQUIRED")
    pool.changed(user, world.clock.now())
    return {}


def forgot_password(world: World, call: Call) -> dict[str, Any]:
    pool, client = world.pool_and_client(call)
    check_secret(client, call.name_given, call.params.get("SecretHash"))
    try:
        user = _user_who_forgot(pool, call)
        medium = _send_code(world, pool, user, call)
    except CognitoError as error:
        if hides_existence(client) and error.code != "LimitExceededException":
            return _delivery(Medium.EMAIL, f"{call.name_given[:1]}***@e***")
        raise
    return _delivery(medium, _masked(user.attribute_lookup[medium.attribute]))


def confirm_forgot_password(world: World, call: Call) -> dict[str, Any]:
    pool, client = world.pool_and_client(call)
    check_secret(client, call.name_given, call.params.get("SecretHash"))
    user = pool.directory.find(call.name_given)
    if user is None:
        if hides_existence(client):
            raise _code_mismatch()
        raise CognitoError("UserNotFoundException", "Username/client id combination not found.")
    if not user.enabled:
        raise CognitoError("NotAuthorizedException", "User is disabled.")
    sent_at = pool.codes_sent_at.get(user.username, 0.0)
    if not user.confirmation_code or world.clock.now() > sent_at + CODE_LIFETIME_SECONDS:
        raise CognitoError("ExpiredCodeException", "Invalid code provided, please request a code again.")
    if user.confirmation_code != call.params.get("ConfirmationCode"):
        raise _code_mismatch()
    take_password(pool, user, str(call.params.get("Password", "")), PERMANENT, world.clock.now())
    return {}


def recovery_medium(pool: SimulatedPool, user: User) -> Medium | None:
    """The way a recovery code takes: by priority of the pool's setting, over verified contacts only.

    The channel of the user's preferred MFA is no way (Developer Guide, "Passwords, account recovery,
    and password policies").
    """
    mechanisms = _mechanisms(pool)
    order = [MEDIUM_OF_MECHANISM[name] for name in mechanisms if name in MEDIUM_OF_MECHANISM]
    for medium in order if mechanisms else LEGACY_ORDER:
        if verified(user, medium.attribute) and medium is not MFA_CHANNELS.get(
            user.preferred_mfa_setting or ""
        ):
            return medium
    return None


def _mechanisms(pool: SimulatedPool) -> list[str]:
    setting = pool.pool.extended_config.get("AccountRecoverySetting") or {}
    mechanisms = sorted(setting.get("RecoveryMechanisms") or (), key=lambda one: int(one["Priority"]))
    return [str(one["Name"]) for one in mechanisms]


def _user_who_forgot(pool: SimulatedPool, call: Call) -> User:
    user = pool.directory.find(call.name_given)
    if user is None:
        raise CognitoError("UserNotFoundException", "Username/client id combination not found.")
    if not user.enabled:
        raise CognitoError("NotAuthorizedException", "User is disabled.")
    if "admin_only" in _mechanisms(pool):
        raise CognitoError("NotAuthorizedException", "Contact administrator to reset password.")
    if user.status == "UNCONFIRMED":
        raise CognitoError("InvalidParameterException", NO_CONTACT)
    if user.status not in RECOVERABLE:
        raise CognitoError("NotAuthorizedException", WRONG_STATE)
    return user


def _send_code(world: World, pool: SimulatedPool, user: User, call: Call) -> Medium:
    medium = recovery_medium(pool, user)
    if medium is None:
        raise CognitoError("InvalidParameterException", NO_CONTACT)
    code = world.new_code()
    world.send(pool, user, Letter(medium, KIND, code), call)
    user.confirmation_code = code
    pool.codes_sent_at[user.username] = world.clock.now()
    return medium


def _code_mismatch() -> CognitoError:
    return CognitoError("CodeMismatchException", "Invalid verification code provided, please try again.")


def _delivery(medium: Medium, destination: str) -> dict[str, Any]:
    return {
        "CodeDeliveryDetails": {
            "Destination": destination,
            "DeliveryMedium": str(medium),
            "AttributeName": medium.attribute,
        }
    }


def _masked(contact: str) -> str:
    local, at, domain = contact.partition("@")
    return f"{local[:1]}***@{domain[:1]}***" if at else f"+*******{contact[-4:]}"
