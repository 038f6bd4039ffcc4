"""One session for every AWS service that is asked: where, as whom, how long, and never twice by itself,
unless it is `repeating`.

botocore's own retries are off: its default sends a reset three times when a connection breaks,
and each accepted reset mails the user.
"""

from __future__ import annotations

import logging
import threading
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, Credentials, DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader, create_loader
from botocore.session import Session

import bulkreset
from bulkreset.clock import Clock
from bulkreset.cognito.credentials import LastingCredentials, why
from bulkreset.errors import Refused
from bulkreset.settings.environment import Environment

ROLE_SESSION_NAME = "bulkreset"

CREDENTIALS_CONNECT_SECONDS = 5.0
CREDENTIALS_READ_SECONDS = 10.0
CONNECT_SECONDS = 2.0
READ_SECONDS = 5.0
"""Longest waits for the services beside Cognito: what they tell is wanted, not needed."""


CHATTY = ("boto3", "botocore", "urllib3")
"""The roots of loggers that write down what goes over the wire."""


class Aws:
    """Clients of any service, all with the environment's endpoint and credentials.

    Makes no call by itself. Safe to share between threads. Raises Refused where an environment's
    credentials are none, or cannot be read.
    """

    def __init__(self, environment: Environment, clock: Clock) -> None:
        _log_no_requests()
        self.region = environment.region
        self._environment = environment
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}
        try:
            own = _session(environment)
            found = _find_credentials(own, environment)
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001 - a provider may raise anything, and it may hold a secret
            raise Refused(f"no access to AWS: {why(error)}") from None
        self._credentials: LastingCredentials | None = None
        if found is not None:
            self._credentials = LastingCredentials(
                found, lambda: _find_credentials(_session(environment), environment), clock
            )
        own.lasting = self._credentials
        self._session: Any = boto3.Session(botocore_session=own, region_name=environment.region)

    @property
    def credentials_number(self) -> int:
        """Which credentials are in use, for `renew_credentials`."""
        return self._credentials.number if self._credentials else 0

    def renew_credentials(self, refused: int) -> bool:
        """Renew those that had this number when AWS refused them as expired; whether there are others now."""
        return self._credentials is not None and self._credentials.renew(refused)

    def of_run(self, service: str, region: str = "") -> Any:  # noqa: ANN401 - botocore makes its classes at run time
        """A client for the calls of a run, with the environment's timeouts; by default where the pool is."""
        timeouts = self._environment.timeouts
        return self._made(
            service,
            region or self.region,
            _once(
                timeouts.connect_seconds,
                timeouts.read_seconds,
                max_pool_connections=self._environment.concurrency + 8,
                tcp_keepalive=True,
            ),
        )

    def repeating(self, service: str, region: str, tries: int) -> Any:  # noqa: ANN401 - as above
        """A client for calls that may be made several times with the effect of one: botocore tries again."""
        timeouts = self._environment.timeouts
        config = _once(timeouts.connect_seconds, timeouts.read_seconds).merge(
            Config(
                retries={"mode": "standard", "total_max_attempts": tries},
                # One endpoint has one name, so that no bucket can be a part of it.
                s3={"addressing_style": "path" if self._environment.endpoint_url else "auto"},
            )
        )
        return self._made(service, region or self.region, config)

    def client(self, service: str, region: str = "") -> Any:  # noqa: ANN401 - as above
        """The client for questions about the account; in the region of the pool, unless another is given."""
        where = region or self.region
        with self._lock:
            known = self._clients.get((service, where))
            if known is None:
                known = self._made(service, where, _once(CONNECT_SECONDS, READ_SECONDS))
                self._clients[service, where] = known
            return known

    def _made(self, service: str, region: str, config: Config) -> Any:  # noqa: ANN401 - as above
        try:
            return self._session.client(service, region_name=region, config=config)
        except BotoCoreError as error:
            raise Refused(f"no access to AWS: {error}") from error


class _OneEndpoint(Session):
    """A session whose clients talk to one endpoint: also those that fetch credentials."""

    endpoint_url: str | None = None
    lasting: Credentials | None = None

    def get_credentials(self) -> Credentials | None:
        return self.lasting or super().get_credentials()

    def create_client(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as botocore has it
        return super().create_client(*arguments, **named | {"endpoint_url": self.endpoint_url})


def _log_no_requests() -> None:
    """Have AWS's libraries log no details, whoever switched that on: they write requests and answers whole,
    and those hold passwords, codes and tokens."""
    for name in [*CHATTY, *logging.root.manager.loggerDict]:
        if name.partition(".")[0] in CHATTY and logging.getLogger(name).getEffectiveLevel() < logging.INFO:
            logging.getLogger(name).setLevel(logging.INFO)


@cache
def _descriptions(data_path: str | None) -> Loader:
    """What botocore knows of the services, read once a process: it takes longer than a call."""
    return create_loader(data_path)


def _session(environment: Environment) -> _OneEndpoint:
    session = _OneEndpoint(profile=environment.credentials.profile)
    session.endpoint_url = environment.endpoint_url
    session.register_component("data_loader", _descriptions(session.get_config_variable("data_path")))
    session.set_config_variable("region", environment.region)
    # For fetching credentials, which botocore may try again as it likes: it changes nothing.
    session.set_default_client_config(
        Config(connect_timeout=CREDENTIALS_CONNECT_SECONDS, read_timeout=CREDENTIALS_READ_SECONDS)
    )
    return session


def _once(connect_seconds: float, read_seconds: float, **more: Any) -> Config:  # noqa: ANN401 - as Config takes it
    return Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=connect_seconds,
        read_timeout=read_seconds,
        # A fixed text spares botocore building one for each call: a fifth of the call's CPU time.
        user_agent=f"bulkreset/{bulkreset.__version__}",
        **more,
    )


def _find_credentials(session: Session, environment: Environment) -> Credentials | None:
    """What the environment names, or what the AWS tools would use; found now, fetched when first used."""
    found = session.get_credentials()
    if environment.credentials.role_arn:
        if found is None:
            raise Refused("no AWS credentials to assume the role with; set a profile or AWS_ACCESS_KEY_ID")
        return _assumed(session, found, environment)
    if found is None and _is_loopback(environment.endpoint_url):
        # An emulator asks for no credentials, but botocore sends nothing without.
        return Credentials("emulated", "emulated")
    return found


def _assumed(session: Session, source: Credentials, environment: Environment) -> Credentials:
    extra = {"RoleSessionName": ROLE_SESSION_NAME}
    if environment.credentials.external_id:
        extra["ExternalId"] = environment.credentials.external_id
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=session.create_client,
        source_credentials=source,
        role_arn=str(environment.credentials.role_arn),
        extra_args=extra,
    )
    return DeferredRefreshableCredentials(refresh_using=fetcher.fetch_credentials, method="assume-role")


def _is_loopback(endpoint_url: str | None) -> bool:
    host = urlsplit(endpoint_url or "").hostname
    return host in ("localhost", "127.0.0.1", "::1")
