"""The table of refusals: which code and text of Cognito's means what for a user, and what to do next.

The first rule that fits counts. AWS documents the codes and not the texts, so a text decides only where
several meanings share a code. The texts are in lower case; any one of them does.
"""

from __future__ import annotations

from dataclasses import dataclass

from bulkreset.cognito.answers import Answer


@dataclass(frozen=True, slots=True)
class Rule:
    """Without `texts` or `operations` it fits any. `name` is stable, for scripts."""

    name: str
    codes: tuple[str, ...]
    meaning: str
    advice: str = ""
    texts: tuple[str, ...] = ("",)
    operations: tuple[str, ...] = ()

    def fits(self, operation: str, answer: Answer) -> bool:
        return (
            answer.code in self.codes
            and any(text in answer.message.lower() for text in self.texts)
            and (not self.operations or operation in self.operations)
        )


NOT_AUTHORIZED = ("NotAuthorizedException",)
INVALID = ("InvalidParameterException",)
EITHER = NOT_AUTHORIZED + INVALID
WEAK_PASSWORD = "weak-password"  # noqa: S105 - the name of a refusal

RULES = (
    Rule(
        "password-reset-required",
        ("PasswordResetRequiredException",),
        meaning="the password was reset, by an administrator or by Cognito itself, and no longer counts",
        advice="set a new one with the code that was sent: `bulkreset user confirm-reset`; `bulkreset user "
        "forgot-password` sends another code",
    ),
    Rule(
        "not-confirmed",
        ("UserNotConfirmedException",),
        meaning="the user signed up and never confirmed that",
        advice="the code of the sign-up confirms it, in the application; a password does not",
    ),
    Rule(
        "client-secret-missing",
        EITHER,
        texts=("secret_hash was not received", "secret hash was not received", "requires a secret hash"),
        meaning="this app client has a secret, and the call was made without",
        advice="allow the caller cognito-idp:DescribeUserPoolClient, or give `client_secret` on standard "
        "input with --secrets-stdin",
    ),
    Rule(
        "client-secret-wrong",
        EITHER,
        texts=("secrethash does not match", "secret hash does not match", "unable to verify secret hash"),
        meaning="the secret is not that of this app client",
        advice="leave `client_secret` out to have it read from the pool, or copy it from the app client",
    ),
    Rule(
        "client-has-no-secret",
        EITHER,
        texts=("is not configured with secret", "is not configured for secret"),
        meaning="this app client has no secret",
        advice="leave `client_secret` out",
    ),
    Rule(
        "flow-not-enabled",
        EITHER,
        texts=("refresh_token_auth flow not enabled", "refresh_token flow not enabled"),
        meaning="the app client does not allow tokens to be refreshed",
        advice="add ALLOW_REFRESH_TOKEN_AUTH to its ExplicitAuthFlows",
    ),
    Rule(
        "flow-not-enabled",
        EITHER,
        texts=("flow not enabled", "flow is not enabled"),
        meaning="the app client does not allow this kind of sign-in",
        advice="add ALLOW_USER_PASSWORD_AUTH to its ExplicitAuthFlows (for a refresh: "
        "ALLOW_REFRESH_TOKEN_AUTH), or name another app client",
    ),
    Rule(
        "disabled",
        NOT_AUTHORIZED,
        texts=("is disabled",),
        meaning="the user is disabled",
        advice="`bulkreset user enable` lets it sign in again, if that is wanted",
    ),
    Rule(
        "temporary-password-expired",
        NOT_AUTHORIZED,
        texts=("temporary password has expired",),
        meaning="the temporary password was not used in time",
        advice="give a new one: `bulkreset user set-password`, or `bulkreset user resend` for an invitation",
    ),
    Rule(
        "session-expired",
        (*NOT_AUTHORIZED, "CodeMismatchException"),
        texts=(
            "invalid session",
            "session is expired",
            "session has expired",
            "session can only be used once",
        ),
        meaning="the session of the challenge is over: it lives a few minutes and serves once",
        advice="sign in again; AuthSessionValidity of the app client says how long it lives, 3 to 15 minutes",
    ),
    Rule(
        "access-token-dead",
        NOT_AUTHORIZED,
        texts=("access token", "invalid token"),
        meaning="the access token has expired or was revoked by a sign-out",
        advice="sign in again for another: `bulkreset user sign-in --show-tokens`",
    ),
    Rule(
        "refresh-token-dead",
        NOT_AUTHORIZED,
        texts=("refresh token",),
        meaning="the refresh token has expired or was revoked by a sign-out",
        advice="sign in again",
    ),
    Rule(
        "attempts-exceeded",
        NOT_AUTHORIZED,
        texts=("attempts exceeded",),
        meaning="there were too many wrong passwords, and Cognito lets nobody try for a while",
        advice="wait up to 15 minutes; each further try makes it longer",
    ),
    Rule(
        "wrong-state",
        NOT_AUTHORIZED,
        texts=("cannot be reset in the current state",),
        meaning="a user in this state recovers nothing: it still has a temporary password, or none here",
        advice="`bulkreset user show` tells the state; `bulkreset user set-password` gives a temporary "
        "password anew, and `bulkreset user resend` the invitation",
    ),
    Rule(
        "administrator-only",
        NOT_AUTHORIZED,
        texts=("contact administrator",),
        meaning="in this pool only an administrator sets passwords anew",
        advice="`bulkreset user set-password` does",
    ),
    Rule(
        "attribute-fixed",
        EITHER,
        texts=("cannot modify",),
        operations=("RespondToAuthChallenge",),
        meaning="an attribute was given that the user has already, or that cannot be changed",
        advice="leave that --attribute out",
    ),
    Rule(
        "attribute-not-writable",
        NOT_AUTHORIZED,
        texts=("unauthorized attribute", "write to the attribute", "unable to write"),
        meaning="the app client may not write one of the attributes",
        advice="add it to WriteAttributes of the app client, or leave that --attribute out",
    ),
    Rule(
        "wrong-password",
        NOT_AUTHORIZED,
        operations=("ChangePassword",),
        meaning="the current password is not the one that was given",
        advice="give the password that the user signs in with now",
    ),
    Rule(
        "wrong-password",
        NOT_AUTHORIZED,
        texts=("incorrect username or password", "incorrect user name or password"),
        meaning="the password is wrong, or nobody signs in by this name",
        advice="`bulkreset user show` tells whether there is such a user, and in which state",
    ),
    Rule(
        "no-verified-contact",
        INVALID,
        texts=("no registered/verified",),
        meaning="the user has no verified e-mail address or phone number that a code could go to",
        advice="`bulkreset user verify` marks one verified; `bulkreset user set-password` takes none",
    ),
    Rule(
        "attributes-missing",
        INVALID,
        texts=(
            "attributes given",
            "is missing",
            "attribute is required",
            "missing required attribute",
            "required attribute",
        ),
        operations=("RespondToAuthChallenge",),
        meaning="Cognito asks for attributes that were not given, or not as it wants them",
        advice="give each as --attribute NAME=VALUE",
    ),
    Rule(
        WEAK_PASSWORD,
        ("InvalidPasswordException",),
        meaning="the new password breaks the pool's password policy",
    ),
    Rule(
        "malformed-password",
        INVALID,
        texts=("at 'password'", "at 'proposedpassword'", "at 'newpassword'", "new_password"),
        meaning="no pool takes such a password",
        advice="choose one of at most 256 characters without spaces",
    ),
    Rule(
        "used-before",
        ("PasswordHistoryPolicyViolationException",),
        meaning="the user had this password before",
        advice="choose another",
    ),
    Rule(
        "wrong-code",
        ("CodeMismatchException",),
        meaning="the code is wrong",
        advice="take the one of the newest message, or ask for another: `bulkreset user forgot-password`",
    ),
    Rule(
        "expired-code",
        ("ExpiredCodeException",),
        meaning="the code is no longer good: it holds for an hour and serves once",
        advice="ask for another: `bulkreset user forgot-password`",
    ),
    Rule(
        "message-limit",
        ("LimitExceededException",),
        texts=("daily email limit",),
        meaning="the account has sent as many mails as it may today",
        advice="Cognito's own sender goes on at 09:00 UTC; a pool with Amazon SES has more",
    ),
    Rule(
        "user-limit",
        ("LimitExceededException", "TooManyFailedAttemptsException"),
        meaning="this user has tried too often within the hour",
        advice="wait an hour; trying on makes it no shorter",
    ),
    Rule(
        "throttled",
        ("TooManyRequestsException", "ThrottlingException", "Throttling"),
        meaning="Cognito has more calls than it takes, of all users together; nothing was done",
        advice="try again in a few seconds",
    ),
    Rule(
        "no-such-user",
        ("UserNotFoundException",),
        meaning="nobody signs in by this name",
        advice="an e-mail address or phone number must be verified first; see `bulkreset user show`",
    ),
    Rule(
        "no-such-client",
        ("ResourceNotFoundException",),
        meaning="there is no such app client in this region",
        advice="check --client-id, and the region of the environment file",
    ),
    Rule(
        "not-delivered",
        ("CodeDeliveryFailureException",),
        meaning="the message could not be sent",
        advice="look at the sender of the pool: `bulkreset doctor`",
    ),
    Rule(
        "trigger-refused",
        ("UserLambdaValidationException", "UnexpectedLambdaException", "InvalidLambdaResponseException"),
        meaning="a Lambda trigger of the pool refused it or failed",
        advice="its log in CloudWatch says why",
    ),
    Rule(
        "firewall",
        ("ForbiddenException",),
        meaning="the web firewall of the pool (AWS WAF) refused it",
        advice="ask who keeps its rules",
    ),
    Rule(
        "alias-taken",
        ("AliasExistsException",),
        meaning="another user signs in with this e-mail address or phone number already",
        advice="leave that --attribute out, or find out whose it is: `bulkreset user show`",
    ),
    Rule(
        "malformed",
        ("ParamValidationError",),
        meaning="something that was given cannot be sent at all",
    ),
)
