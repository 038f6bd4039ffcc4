"""The boto3 client: one attempt per call, and every answer turned into a value.

botocore's own retries are off: its default sends a reset three times when a connection breaks,
and each accepted reset mails the user.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from botocore.session import get_session

import bulkreset
from bulkreset.clock import Clock
from bulkreset.cognito.answers import Answer, Meaning, from_client_error, from_transport_error
from bulkreset.cognito.operations import method_name
from bulkreset.errors import Refused
from bulkreset.settings.environment import Environment

ROLE_SESSION_NAME = "bulkreset"


FOREIGN = Answer(Meaning.NO_ANSWER, "ForeignAnswer", "the answer is not from Cognito: a proxy or portal?")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, with the parsed body when there is one."""

    answer: Answer
    body: Mapping[str, Any]


class CognitoClient:
    """Calls to one pool's region. Safe to share between threads.

    `skew_seconds` is AWS's clock minus ours, as far as the `Date` header of the last answer tells
    (to the second). `calls` counts answers, and their absence, by operation.
    """

    def __init__(self, environment: Environment, clock: Clock) -> None:
        self.skew_seconds = 0.0
        self.calls: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._clock = clock
        self._client = _boto_client(environment)

    def call(self, operation: str, request: Mapping[str, object]) -> Response:
        """Send one request, once. Never raises for what Cognito or the network answers."""
        try:
            body = getattr(self._client, method_name(operation))(**request)
        except ClientError as error:
            headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
            answer = from_client_error(error) if _is_from_aws(headers) else FOREIGN
            response = Response(answer, {})
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

    def _read(self, body: Mapping[str, Any]) -> Response:
        metadata = body.get("ResponseMetadata", {})
        headers = metadata.get("HTTPHeaders", {})
        if not _is_from_aws(headers):
            return Response(FOREIGN, {})
        self._note_time(headers.get("date", ""))
        return Response(Answer(Meaning.DONE, request_id=metadata.get("RequestId", "")), body)

    def _note_time(self, date_header: str) -> None:
        with suppress(ValueError):  # an answer without a usable date is an answer all the same
            self.skew_seconds = parsedate_to_datetime(date_header).timestamp() - self._clock.now()


def _boto_client(environment: Environment) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=environment.timeouts.connect_seconds,
        read_timeout=environment.timeouts.read_seconds,
        max_pool_connections=environment.concurrency + 8,
        tcp_keepalive=True,
        # A fixed text spares botocore building one for each call: a fifth of the call's CPU time.
        user_agent=f"bulkreset/{bulkreset.__version__}",
    )
    try:
        session = boto3.Session(profile_name=environment.credentials.profile, region_name=environment.region)
        if environment.credentials.role_arn:
            session = _assumed(session, environment)
        elif _is_loopback(environment.endpoint_url) and session.get_credentials() is None:
            # An emulator asks for no credentials, but boto3 sends nothing without.
            session = boto3.Session("emulated", "emulated", region_name=environment.region)
        return session.client("cognito-idp", endpoint_url=environment.endpoint_url, config=config)
    except BotoCoreError as error:
        raise Refused(f"no access to AWS: {error}") from error


def _is_from_aws(headers: Mapping[str, str]) -> bool:
    """Whether an answer is the service's own: a proxy's page has no request id, and is no JSON.

    botocore takes such a page with status 200 for an empty, successful answer.
    """
    return "x-amzn-requestid" in headers or "json" in headers.get("content-type", "")


def _is_loopback(endpoint_url: str | None) -> bool:
    host = urlsplit(endpoint_url or "").hostname
    return host in ("localhost", "127.0.0.1", "::1")


def _assumed(session: boto3.Session, environment: Environment) -> boto3.Session:
    """A session whose credentials come from the role, and are renewed before they expire."""
    base: Any = session._session  # noqa: SLF001 - boto3 offers no public way to its botocore session
    source = base.get_credentials()
    if source is None:
        raise Refused("no AWS credentials to assume the role with; set a profile or AWS_ACCESS_KEY_ID")
    extra = {"RoleSessionName": ROLE_SESSION_NAME}
    if environment.credentials.external_id:
        extra["ExternalId"] = environment.credentials.external_id

    def sts_client(service: str, **arguments: Any) -> Any:  # noqa: ANN401 - botocore calls it
        return base.create_client(
            service, region_name=environment.region, endpoint_url=environment.endpoint_url, **arguments
        )

    fetcher = AssumeRoleCredentialFetcher(
        client_creator=sts_client,
        source_credentials=source,
        role_arn=str(environment.credentials.role_arn),
        extra_args=extra,
    )
    assumed: Any = get_session()
    assumed._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - the documented recipe
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    return boto3.Session(botocore_session=assumed, region_name=environment.region)
