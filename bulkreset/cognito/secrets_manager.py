"""AWS Secrets Manager: secrets made, read and deleted, each as often as it takes to be sure of it.

Trying again is safe: a version of a secret has the token that it was asked for with, and is made once.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from bulkreset.clock import Clock
from bulkreset.cognito.answers import BROKEN_OFF, FIRST_SERVER_ERROR, NEVER_SENT
from bulkreset.cognito.client import EXPIRED_CODES
from bulkreset.cognito.session import Aws
from bulkreset.errors import Refused, Stopped
from bulkreset.rates.backoff import backoff_seconds
from bulkreset.secrets.secret import Secret
from bulkreset.secrets.stored import Reference

TRIES = 7
"""About 15 to 30 seconds, as long as each is refused at once."""

TRY_AGAIN = frozenset(
    {
        "InternalFailure",
        "InternalServiceError",
        "RequestTimeout",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

EXISTS = "ResourceExistsException"
GONE = frozenset({"ResourceNotFoundException", "InvalidRequestException"})
"""Of a deletion: the secret is not there, or is marked as deleted already."""

ADVICE = {
    "AccessDenied": "allow it to this caller; `bulkreset iam-policy JOB` prints what it takes",
    "AccessDeniedException": "allow it to this caller; `bulkreset iam-policy JOB` prints what it takes",
    "DecryptionFailure": "the caller has to be allowed to use the KMS key of the secret",
    "EncryptionFailure": "see whether the KMS key is there, enabled, and allowed to this caller",
    "InvalidRequestException": "it may be marked as deleted: restore it, or let it go",
    "LimitExceededException": "the account has as many secrets as it may have; use `per: batch`",
    "ResourceNotFoundException": "it was deleted, or is in another account or region",
}

RECOVERY_DAYS = 7
"""The shortest time for which AWS keeps what was deleted."""


class SecretsManager:
    """The secrets of one region. Safe to share between threads.

    Methods raise Refused for what AWS will not do however often it is asked, and Stopped where it cannot be
    reached, or has no capacity, for as long as it is tried. No error repeats what was sent.
    """

    def __init__(
        self,
        aws: Aws,
        clock: Clock,
        *,
        region: str = "",
        kms_key: str = "",
        tags: Mapping[str, str] | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.region = region or aws.region
        self._aws = aws
        self._client = aws.client("secretsmanager", self.region)
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 - jitter
        self._more: dict[str, object] = {"KmsKeyId": kms_key} if kms_key else {}
        if tags:
            self._more["Tags"] = [{"Key": name, "Value": value} for name, value in tags.items()]

    def put(self, name: str, token: str, content: Secret) -> Reference:
        """Store a content as a new secret, or as a new version where there is one of this name."""
        sent = {"ClientRequestToken": token, "SecretString": content.reveal()}
        answer = self._ask(
            "CreateSecret", name, unless=EXISTS, expecting="ARN", Name=name, **sent, **self._more
        )
        if answer is None:
            answer = self._ask("PutSecretValue", name, expecting="ARN", SecretId=name, **sent) or {}
        # AWS takes the token for the version's id.
        return Reference(str(answer["ARN"]), token)

    def read(self, reference: Reference) -> Secret:
        """The content of one version of a secret."""
        answer = self._ask(
            "GetSecretValue",
            reference.arn,
            expecting="SecretString",
            SecretId=reference.arn,
            VersionId=reference.version,
        )
        return Secret(str((answer or {})["SecretString"]))

    def delete(self, name: str, *, at_once: bool) -> bool:
        """Delete a secret, for good after RECOVERY_DAYS or `at_once`; whether it was there."""
        how: dict[str, object] = (
            {"ForceDeleteWithoutRecovery": True} if at_once else {"RecoveryWindowInDays": RECOVERY_DAYS}
        )
        found = self._ask("DeleteSecret", name, unless=GONE, expecting="ARN", SecretId=name, **how)
        return found is not None

    def _ask(
        self,
        operation: str,
        name: str,
        *,
        expecting: str,
        unless: str | frozenset[str] = frozenset(),
        **request: object,
    ) -> Mapping[str, Any] | None:
        """The answer, or None for a refusal with one of the codes `unless`."""
        why = ""
        for tries in range(1, TRIES + 1):
            number = self._aws.credentials_number
            try:
                answer = self._called(operation, request)
                if isinstance(answer.get(expecting), str):
                    return answer
                why = "no readable answer"
            except ClientError as error:
                code, why = _reasons(error)
                if code in ({unless} if isinstance(unless, str) else unless):
                    return None
                renewed = code in EXPIRED_CODES and self._aws.renew_credentials(number)
                if not (renewed or _passes(error, code)):
                    raise self._refused(operation, name, code, why) from None
            except (*NEVER_SENT, *BROKEN_OFF, ResponseParserError) as error:
                why = type(error).__name__
            except BotoCoreError as error:
                # Its text may repeat the request.
                raise self._refused(operation, name, "", type(error).__name__) from None
            if tries < TRIES:
                self._clock.sleep(backoff_seconds(tries, self._rng))
        raise Stopped(
            f"secretsmanager:{operation} in {self.region} had no answer in {TRIES} tries ({why}); try again "
            "when it can be reached"
        )

    def _called(self, operation: str, request: Mapping[str, object]) -> Mapping[str, Any]:
        methods = {
            "CreateSecret": self._client.create_secret,
            "PutSecretValue": self._client.put_secret_value,
            "GetSecretValue": self._client.get_secret_value,
            "DeleteSecret": self._client.delete_secret,
        }
        answer: Mapping[str, Any] = methods[operation](**request)
        return answer

    def _refused(self, operation: str, name: str, code: str, why: str) -> Refused:
        told = f"secretsmanager:{operation} of {name} in {self.region}: {why}"
        return Refused(f"{told}; {ADVICE[code]}" if code in ADVICE else told)


def _reasons(error: ClientError) -> tuple[str, str]:
    """The code, and what can be told: AWS's own text only where it is about permissions and keys."""
    details = error.response.get("Error", {})
    code, message = str(details.get("Code", "")), str(details.get("Message", ""))
    return code, f"{code}: {message}" if code in ADVICE else code


def _passes(error: ClientError, code: str) -> bool:
    """Whether it may be different in a moment. A code that is a number is a proxy's."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code in TRY_AGAIN or not code or code.isdigit() or status >= FIRST_SERVER_ERROR
