"""What becomes of a call to Secrets Manager: asked again, given up or refused; no error repeats it."""

from __future__ import annotations

import random
import traceback

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from bulkreset.clock import VirtualClock
from bulkreset.cognito.secrets_manager import TRIES, SecretsManager
from bulkreset.errors import Refused, Stopped
from bulkreset.secrets.secret import Secret
from bulkreset.secrets.stored import Reference

PASSWORD = "canary-7MDENGbPxRfiCY"
CONTENT = Secret(f'{{"username": "ada", "password": "{PASSWORD}"}}')
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:hand/run/1-AbCdEf"
MADE = {"ARN": ARN}


def error(code, status=400, message=f"Value '{PASSWORD}' at 'secretString' is odd"):
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, "X"
    )


class Aws:
    """Answers by script, the last for ever; remembers what was asked."""

    region = "us-east-1"

    def __init__(self, *answers):
        self.asked = []
        self.credentials_number = 0
        self._answers = list(answers)

    def client(self, service, region):
        assert (service, region) == ("secretsmanager", "us-east-1")
        return self

    def renew_credentials(self, refused):
        self.credentials_number = refused + 1
        return refused == 0

    def __getattr__(self, method):
        def call(**request):
            self.asked.append((method, request))
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def put(aws, clock=None):
    place = SecretsManager(aws, clock or VirtualClock(), rng=random.Random(1))  # noqa: S311 - jitter
    return place.put("hand/run/1", "token-1", CONTENT)


LOST = [
    ReadTimeoutError(endpoint_url="x"),
    ConnectionClosedError(endpoint_url="x"),
    error("InternalServiceError", 500),
    error("ThrottlingException"),
    error("502", 502),
    {},
]


def test_whatever_may_pass_is_asked_again_with_the_same_token_and_content():
    aws = Aws(*LOST, MADE)
    assert put(aws) == Reference(ARN, "token-1")
    assert len(aws.asked) == len(LOST) + 1
    assert all(one == aws.asked[0] for one in aws.asked)
    assert aws.asked[0][1]["ClientRequestToken"] == "token-1"


@pytest.mark.parametrize("answer", LOST, ids=lambda answer: type(answer).__name__)
def test_what_does_not_pass_for_long_stops_the_run_so_that_it_can_be_resumed(answer):
    aws, clock = Aws(answer), VirtualClock()
    with pytest.raises(Stopped, match=f"no answer in {TRIES} tries"):
        put(aws, clock)
    assert len(aws.asked) == TRIES
    assert 15 <= clock.monotonic() <= 35


def test_a_secret_that_is_there_already_gets_the_content_as_a_version_of_the_same_token():
    aws = Aws(error("ResourceExistsException"), MADE)
    assert put(aws) == Reference(ARN, "token-1")
    sent = {"ClientRequestToken": "token-1", "SecretString": CONTENT.reveal()}
    assert aws.asked[1] == ("put_secret_value", {"SecretId": "hand/run/1", **sent})


def test_credentials_that_have_ended_are_renewed():
    aws = Aws(error("ExpiredTokenException"), MADE)
    assert put(aws).arn == ARN
    with pytest.raises(Refused, match="ExpiredTokenException"):
        put(Aws(*[error("ExpiredTokenException")] * 3))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (error("AccessDeniedException", message="not allowed"), "not allowed; allow it to this caller"),
        (
            error("EncryptionFailure", message="the key is disabled"),
            "the key is disabled; see whether the KMS",
        ),
        (error("InvalidParameterException"), "InvalidParameterException"),
        (NoCredentialsError(), "NoCredentialsError"),
        (ParamValidationError(report=PASSWORD), "ParamValidationError"),
    ],
    ids=["access", "key", "parameter", "credentials", "malformed"],
)
def test_a_refusal_is_not_asked_for_again_and_does_not_repeat_what_was_sent(answer, told):
    aws = Aws(answer)
    with pytest.raises(Refused) as refused:
        put(aws)
    assert told in str(refused.value)
    assert len(aws.asked) == 1
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "InvalidRequestException"])
def test_a_secret_that_is_gone_already_counts_as_deleted(code):
    place = SecretsManager(Aws(error(code)), VirtualClock())
    assert place.delete("hand/run/1", at_once=False) is False


def test_a_deletion_leaves_a_week_to_think_unless_it_is_at_once():
    aws = Aws(MADE)
    place = SecretsManager(aws, VirtualClock())
    assert place.delete("hand/run/1", at_once=False) is True
    assert place.delete("hand/run/1", at_once=True) is True
    assert [request for _, request in aws.asked] == [
        {"SecretId": "hand/run/1", "RecoveryWindowInDays": 7},
        {"SecretId": "hand/run/1", "ForceDeleteWithoutRecovery": True},
    ]
