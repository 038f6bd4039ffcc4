"""The calls of a run: one attempt each, and every answer turned into a value."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from bulkreset.actions.base import COGNITO
from bulkreset.clock import Clock
from bulkreset.cognito.answers import Answer, Meaning, from_client_error, from_transport_error
from bulkreset.cognito.operations import method_name
from bulkreset.cognito.session import Aws
from bulkreset.settings.environment import Environment

EXPIRED_CODES = frozenset({"ExpiredToken", "ExpiredTokenException"})
"""Refusals before any effect, so that the call can be made again with other credentials."""

FOREIGN = Answer(Meaning.NO_ANSWER, "ForeignAnswer", "the answer is not from AWS: a proxy or portal?")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, with the parsed body when there is one."""

    answer: Answer
    body: Mapping[str, Any]


class CognitoClient:
    """Calls to one pool's region. Safe to share between threads.

    `calls` counts answers, and their absence, by operation. `services` gives clients of the other
    services, as the same caller; what is asked of them is not counted.
    """

    def __init__(self, environment: Environment, clock: Clock) -> None:
        self.calls: Counter[str] = Counter()
        self.services = Aws(environment, clock)
        self._counting = threading.Lock()
        self._clock = clock
        self._aws_ahead_of_monotonic: float | None = None
        self._client = self.services.of_run(COGNITO)

    @property
    def skew_seconds(self) -> float:
        """AWS's clock minus ours, as far as it is known."""
        return self.aws_time(self._clock.monotonic()) - self._clock.now()

    def aws_time(self, monotonic: float) -> float:
        """AWS's time in epoch seconds, to the second, at a moment of our monotonic clock.

        It is that of the `Date` header of the last answer and the time since; our own wall clock,
        which may jump, counts only before the first answer.
        """
        ahead = self._aws_ahead_of_monotonic
        if ahead is None:
            ahead = self._clock.now() - self._clock.monotonic()
        return monotonic + ahead

    def call(
        self,
        operation: str,
        request: Mapping[str, object],
        service: Any = None,  # noqa: ANN401 - botocore makes its classes at run time
    ) -> Response:
        """Send one request; once more if AWS refused only credentials that could be renewed.

        To Cognito, or by the client of another `service`. Never raises for what AWS or the network answers.
        """
        number = self.services.credentials_number
        response = self._send(operation, request, service)
        if response.answer.code in EXPIRED_CODES and self.services.renew_credentials(number):
            response = self._send(operation, request, service)
        return response

    def _send(self, operation: str, request: Mapping[str, object], service: Any) -> Response:  # noqa: ANN401 - as above
        try:
            body = getattr(service or self._client, method_name(operation))(**request)
        except ClientError as error:
            response = self._refused(error)
        except BotoCoreError as error:
            response = Response(from_transport_error(error), {})
        except ResponseParserError:
            answer = Answer(Meaning.NO_ANSWER, "ResponseParserError", "the answer is unreadable")
            response = Response(answer, {})
        else:
            response = self._read(body)
        with self._counting:
            self.calls[operation] += 1
        return response

    def _refused(self, error: ClientError) -> Response:
        headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if not _is_from_aws(headers):
            return Response(FOREIGN, {})
        self._note_time(headers.get("date", ""))
        return Response(from_client_error(error), {})

    def _read(self, body: Mapping[str, Any]) -> Response:
        metadata = body.get("ResponseMetadata", {})
        headers = metadata.get("HTTPHeaders", {})
        if not _is_from_aws(headers):
            return Response(FOREIGN, {})
        self._note_time(headers.get("date", ""))
        return Response(Answer(Meaning.DONE, request_id=metadata.get("RequestId", "")), body)

    def _note_time(self, date_header: str) -> None:
        with suppress(ValueError):  # an answer without a usable date is an answer all the same
            aws_time = parsedate_to_datetime(date_header).timestamp()
            self._aws_ahead_of_monotonic = aws_time - self._clock.monotonic()


def _is_from_aws(headers: Mapping[str, str]) -> bool:
    """Whether an answer is the service's own: a proxy's page has no request id, and is no JSON.

    botocore takes such a page with status 200 for an empty, successful answer.
    """
    return "x-amzn-requestid" in headers or "json" in headers.get("content-type", "")
