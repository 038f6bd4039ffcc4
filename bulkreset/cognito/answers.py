"""What Cognito's answer to one call means, as a value.

AWS does not document message texts: the code decides, and a text only where two meanings share a
code. See also "Managing errors" in the Amazon Cognito Developer Guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ParamValidationError,
    ProxyConnectionError,
)


class Meaning(Enum):
    """Every kind of answer that is handled differently."""

    DONE = "done"
    THROTTLED = "refused for the rate: slow down, try again"
    USER_LIMIT = "this user's own hourly cap is reached"
    MESSAGE_LIMIT = "the account's daily e-mail budget is spent"
    ROW_REFUSED = "refused for this user"
    RUN_REFUSED = "refused for every user: access, pool or configuration"
    NOT_SENT = "the call never reached Cognito"
    NO_ANSWER = "the call was sent and the connection broke: it may have had, or may yet have, its effect"
    SERVER_ERROR = "Cognito failed while it handled the call: it may have had its effect"


@dataclass(frozen=True, slots=True)
class Answer:
    """One call's answer. `code` and `message` are Cognito's own; `request_id` "" when there was none."""

    meaning: Meaning
    code: str = ""
    message: str = ""
    request_id: str = ""


RUN_REFUSED_CODES = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidEmailRoleAccessPolicyException",
        "InvalidSignatureException",
        "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotSignedUp",
        "OperationNotEnabledException",
        "OptInRequired",
        "RequestExpired",
        "ResourceNotFoundException",
        "SignatureDoesNotMatch",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "UserPoolTaggingException",
    }
)

THROTTLED_CODES = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})

NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)

BROKEN_OFF = (ConnectionError, HTTPClientError, IncompleteReadError)
"""Errors of a call that was, or may have been, under way. Whatever else botocore raises comes before
it: credentials that cannot be had or renewed, a configuration that is wrong."""

FIRST_SERVER_ERROR = 500


def from_client_error(error: ClientError) -> Answer:
    """The meaning of an answer that carries an error code."""
    details = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    code = str(details.get("Code", ""))
    message = str(details.get("Message", ""))
    status = int(metadata.get("HTTPStatusCode", 0))
    return Answer(_meaning(code, message, status), code, message, str(metadata.get("RequestId", "")))


def _meaning(code: str, message: str, status: int) -> Meaning:
    if code in THROTTLED_CODES:
        return Meaning.THROTTLED
    if code in RUN_REFUSED_CODES:
        return Meaning.RUN_REFUSED
    if code.isdigit():
        return Meaning.NO_ANSWER  # botocore's code for an answer too broken to hold Cognito's own
    if status >= FIRST_SERVER_ERROR or code == "InternalErrorException":
        return Meaning.SERVER_ERROR
    if code == "LimitExceededException":
        return Meaning.MESSAGE_LIMIT if "daily email limit" in message.lower() else Meaning.USER_LIMIT
    return Meaning.ROW_REFUSED


def from_transport_error(error: BotoCoreError) -> Answer:
    """The meaning of having no answer at all.

    A request that botocore finds malformed concerns its own user alone; a connection that was never
    made sent nothing; one that broke may have had its effect; anything else, such as credentials that
    cannot be had, concerns every user.
    """
    code = type(error).__name__
    message = str(error).splitlines()[0] if str(error) else code
    if isinstance(error, ParamValidationError):
        return Answer(Meaning.ROW_REFUSED, code, " ".join(str(error).split()))
    if isinstance(error, NEVER_SENT):
        return Answer(Meaning.NOT_SENT, code, message)
    if isinstance(error, BROKEN_OFF):
        return Answer(Meaning.NO_ANSWER, code, message)
    return Answer(Meaning.RUN_REFUSED, code, message)


ADVICE = {
    "AccessDeniedException": "give the caller this action on the pool's ARN",
    "ExpiredTokenException": "renew the credentials and try again",
    "NoCredentialsError": "set a profile in the environment file, or AWS_ACCESS_KEY_ID and its companions",
    "ResourceNotFoundException": "check pool_id and region in the environment file, and the account",
    "UnrecognizedClientException": "renew the credentials and try again",
}


def refusal_text(operation: str, answer: Answer) -> str:
    """What a refusal means for whoever runs bulkreset."""
    advice = ADVICE.get(answer.code, "")
    text = f"{operation}: {answer.code}: {answer.message}"
    return f"{text}; {advice}" if advice else text
