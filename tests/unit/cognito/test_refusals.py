"""What Cognito's refusals mean to a user, and what to do next."""

from __future__ import annotations

import re

import pytest

from bulkreset.cli.user import COMMANDS
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.cognito.app_answers import Failure
from bulkreset.cognito.refusal_rules import RULES
from bulkreset.cognito.refusals import WHAT_IS_UNKNOWN, explained, failure_text

NOT_AUTHORIZED, INVALID = "NotAuthorizedException", "InvalidParameterException"

SEEN = [
    (
        "password-reset-required",
        "InitiateAuth",
        "PasswordResetRequiredException",
        "Password reset required for the user",
    ),
    ("not-confirmed", "InitiateAuth", "UserNotConfirmedException", "User is not confirmed."),
    (
        "client-secret-missing",
        "InitiateAuth",
        NOT_AUTHORIZED,
        "Client 4a is configured with secret but SECRET_HASH was not received",
    ),
    ("client-secret-wrong", "InitiateAuth", NOT_AUTHORIZED, "SecretHash does not match for the client: 4a"),
    ("client-secret-wrong", "InitiateAuth", NOT_AUTHORIZED, "Unable to verify secret hash for client 4a"),
    (
        "client-has-no-secret",
        "InitiateAuth",
        NOT_AUTHORIZED,
        "Client 4a is not configured with secret but SECRET_HASH was received",
    ),
    ("flow-not-enabled", "InitiateAuth", INVALID, "USER_PASSWORD_AUTH flow not enabled for this client"),
    ("flow-not-enabled", "InitiateAuth", INVALID, "REFRESH_TOKEN_AUTH flow not enabled for this client"),
    ("disabled", "InitiateAuth", NOT_AUTHORIZED, "User is disabled."),
    ("wrong-password", "InitiateAuth", NOT_AUTHORIZED, "Incorrect username or password."),
    ("attempts-exceeded", "InitiateAuth", NOT_AUTHORIZED, "Password attempts exceeded"),
    (
        "temporary-password-expired",
        "InitiateAuth",
        NOT_AUTHORIZED,
        "Temporary password has expired and must be reset by an administrator.",
    ),
    ("refresh-token-dead", "InitiateAuth", NOT_AUTHORIZED, "Refresh Token has been revoked"),
    ("no-such-user", "InitiateAuth", "UserNotFoundException", "User does not exist."),
    ("no-such-client", "InitiateAuth", "ResourceNotFoundException", "User pool client 4a does not exist."),
    (
        "trigger-refused",
        "InitiateAuth",
        "UserLambdaValidationException",
        "PreAuthentication failed with error no.",
    ),
    ("firewall", "InitiateAuth", "ForbiddenException", "Request not allowed due to WAF block."),
    ("throttled", "InitiateAuth", "TooManyRequestsException", "Rate exceeded"),
    (
        "session-expired",
        "RespondToAuthChallenge",
        NOT_AUTHORIZED,
        "Invalid session for the user, session is expired.",
    ),
    ("session-expired", "RespondToAuthChallenge", "CodeMismatchException", "Invalid session for the user."),
    ("attributes-missing", "RespondToAuthChallenge", INVALID, "Invalid attributes given, name is missing"),
    ("attribute-fixed", "RespondToAuthChallenge", NOT_AUTHORIZED, "Cannot modify an already provided email"),
    (
        "attribute-not-writable",
        "RespondToAuthChallenge",
        NOT_AUTHORIZED,
        "A client attempted to write unauthorized attribute",
    ),
    (
        "alias-taken",
        "RespondToAuthChallenge",
        "AliasExistsException",
        "An account with the email already exists.",
    ),
    (
        "weak-password",
        "RespondToAuthChallenge",
        "InvalidPasswordException",
        "Password does not conform to policy: Password not long enough",
    ),
    ("wrong-state", "ForgotPassword", NOT_AUTHORIZED, "User password cannot be reset in the current state."),
    ("administrator-only", "ForgotPassword", NOT_AUTHORIZED, "Contact administrator to reset password."),
    (
        "no-verified-contact",
        "ForgotPassword",
        INVALID,
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    ),
    (
        "message-limit",
        "ForgotPassword",
        "LimitExceededException",
        "Exceeded daily email limit for the operation or the account.",
    ),
    (
        "user-limit",
        "ForgotPassword",
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    ),
    ("not-delivered", "ForgotPassword", "CodeDeliveryFailureException", "Could not send"),
    ("user-limit", "ConfirmForgotPassword", "TooManyFailedAttemptsException", "Too many failed attempts"),
    (
        "wrong-code",
        "ConfirmForgotPassword",
        "CodeMismatchException",
        "Invalid verification code provided, please try again.",
    ),
    (
        "expired-code",
        "ConfirmForgotPassword",
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    ),
    (
        "used-before",
        "ConfirmForgotPassword",
        "PasswordHistoryPolicyViolationException",
        "Password was used before",
    ),
    (
        "malformed-password",
        "ConfirmForgotPassword",
        INVALID,
        "1 validation error detected: Value at 'password' failed to satisfy constraint",
    ),
    ("wrong-password", "ChangePassword", NOT_AUTHORIZED, "Incorrect username or password."),
    ("access-token-dead", "ChangePassword", NOT_AUTHORIZED, "Access Token has been revoked"),
    ("access-token-dead", "GetUser", NOT_AUTHORIZED, "Access Token has expired"),
    ("malformed", "ForgotPassword", "ParamValidationError", "Invalid length for parameter Username"),
]


def failure(operation, code="X", message="", meaning=Meaning.ROW_REFUSED):
    return Failure(operation, Answer(meaning, code, message))


@pytest.mark.parametrize(("name", "operation", "code", "message"), SEEN)
def test_each_refusal_that_cognito_is_known_for_has_its_name(name, operation, code, message):
    assert explained(failure(operation, code, message)).name == name


def test_every_rule_is_the_first_that_fits_something():
    fitting = (
        next(rule for rule in RULES if rule.fits(operation, failure(operation, code, message).answer))
        for _, operation, code, message in SEEN
    )
    assert {RULES.index(rule) for rule in fitting} == set(range(len(RULES)))


def test_a_refusal_that_nobody_has_seen_is_told_as_it_is():
    told = failure("InitiateAuth", "NewException", "Something new")
    assert explained(told).name == "refused"
    assert (
        failure_text(told, explained(told))
        == "Cognito refused it (InitiateAuth: NewException: Something new)"
    )


def test_a_sign_in_whose_flow_is_closed_names_the_flow_to_open():
    closed = [seen for name, *seen in SEEN if name == "flow-not-enabled"]
    password, refresh = (explained(failure(*seen)).advice for seen in closed)
    assert "ALLOW_USER_PASSWORD_AUTH" in password
    assert "ALLOW_REFRESH_TOKEN_AUTH" in refresh


@pytest.mark.parametrize("meaning", [Meaning.NO_ANSWER, Meaning.SERVER_ERROR])
@pytest.mark.parametrize("operation", [*WHAT_IS_UNKNOWN, "InitiateAuth", "GetUser"])
def test_an_answer_that_was_lost_says_what_is_unknown(operation, meaning):
    told = explained(failure(operation, meaning=meaning))
    assert told.name == "unknown"
    assert ("nothing was changed" in told.meaning) == (operation not in WHAT_IS_UNKNOWN)


def test_a_call_that_never_left_did_nothing():
    told = explained(failure("ForgotPassword", meaning=Meaning.NOT_SENT))
    assert (told.name, "nothing was done" in told.meaning) == ("not-sent", True)


def test_advice_names_commands_that_there_are():
    named = {name for rule in RULES for name in re.findall(r"`bulkreset user ([a-z-]+)", rule.advice)}
    assert named
    assert named <= COMMANDS.keys()
