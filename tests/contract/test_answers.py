"""Every error that Cognito's model lists for the calls we make has a meaning that was chosen for it.

An error that AWS adds to an operation fails here, so that somebody decides what it means.
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from service_model import MODEL, MODELS

from bulkreset.actions.base import COGNITO, SES
from bulkreset.actions.registry import actions
from bulkreset.cognito.answers import Meaning, from_client_error
from bulkreset.cognito.mailer import MEANING_OF_CODE

CALLED = {action.operation for action in actions().values() if action.service == COGNITO} | {
    "AdminGetUser",
    "DescribeUserPool",
    "ListUsers",
}

MEANING = {
    "AliasExistsException": Meaning.ROW_REFUSED,
    "CodeDeliveryFailureException": Meaning.ROW_REFUSED,
    "ForbiddenException": Meaning.ROW_REFUSED,
    "InternalErrorException": Meaning.SERVER_ERROR,
    "InvalidEmailRoleAccessPolicyException": Meaning.RUN_REFUSED,
    "InvalidLambdaResponseException": Meaning.ROW_REFUSED,
    "InvalidParameterException": Meaning.ROW_REFUSED,
    "InvalidPasswordException": Meaning.ROW_REFUSED,
    "InvalidSmsRoleAccessPolicyException": Meaning.RUN_REFUSED,
    "InvalidSmsRoleTrustRelationshipException": Meaning.RUN_REFUSED,
    "LimitExceededException": Meaning.USER_LIMIT,
    "NotAuthorizedException": Meaning.ROW_REFUSED,
    "OperationNotEnabledException": Meaning.RUN_REFUSED,
    "PasswordHistoryPolicyViolationException": Meaning.ROW_REFUSED,
    "PreconditionNotMetException": Meaning.ROW_REFUSED,
    "ResourceNotFoundException": Meaning.RUN_REFUSED,
    "TooManyRequestsException": Meaning.THROTTLED,
    "UnexpectedLambdaException": Meaning.ROW_REFUSED,
    "UnsupportedUserStateException": Meaning.ROW_REFUSED,
    "UserLambdaValidationException": Meaning.ROW_REFUSED,
    "UserNotFoundException": Meaning.ROW_REFUSED,
    "UserPoolTaggingException": Meaning.RUN_REFUSED,
    "UsernameExistsException": Meaning.ROW_REFUSED,
}


def answer_of(code: str, message: str = "no", status: int = 400):
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r-1"},
    }
    return from_client_error(ClientError(response, "AdminResetUserPassword"))


@pytest.mark.parametrize("operation", sorted(CALLED))
def test_every_error_of_a_called_operation_has_a_chosen_meaning(operation):
    errors = {shape.name for shape in MODEL.operation_model(operation).error_shapes}

    assert errors <= MEANING.keys()
    for code in errors:
        status = 500 if code == "InternalErrorException" else 400
        assert answer_of(code, status=status).meaning is MEANING[code], code


def test_every_error_of_a_mail_has_a_chosen_meaning():
    (action,) = (action for action in actions().values() if action.service == SES)
    errors = {shape.name for shape in MODELS[SES].operation_model(action.operation).error_shapes}
    assert errors <= {*MEANING_OF_CODE, "TooManyRequestsException"}


def test_the_daily_mail_limit_is_told_from_a_users_own_limit():
    daily = "Exceeded daily email limit for the operation or the account."
    own = "Attempt limit exceeded, please try after some time."

    assert answer_of("LimitExceededException", daily).meaning is Meaning.MESSAGE_LIMIT
    assert answer_of("LimitExceededException", own).meaning is Meaning.USER_LIMIT


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_any_answer_of_a_failing_server_leaves_the_effect_open(status):
    assert answer_of("Whatever", status=status).meaning is Meaning.SERVER_ERROR


def test_the_request_id_is_kept():
    assert answer_of("UserNotFoundException").request_id == "r-1"
