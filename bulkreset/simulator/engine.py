"""moto, the engine behind the simulator: the only file that imports it.

moto's backends are global to the process: all simulators of one process share them.
"""

from __future__ import annotations

import functools
import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from bulkreset.errors import InputError, Problem
from bulkreset.simulator.calls import HttpAnswer, HttpRequest

try:
    from joserfc import jwk
    from moto.cognitoidp import models as moto_models
    from moto.cognitoidp.models import (
        CognitoIdpBackend,
        CognitoIdpGroup as Group,
        CognitoIdpUser as User,
        CognitoIdpUserPool as Pool,
        CognitoIdpUserPoolClient as Client,
        UserStatus as MotoStatus,
        cognitoidp_backends,
    )
    from moto.cognitoidp.utils import check_secret_hash
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.core.utils import utcnow
    from moto.iam.models import get_account_id_from
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from moto.sts.models import sts_backends
    from werkzeug.test import Client as WsgiClient
except ImportError as error:
    raise InputError(
        Problem(f"the simulator needs moto 5.2 or later ({error})", "pip install 'bulkreset[simulator]'")
    ) from error

__all__ = [
    "DEFAULT_ACCOUNT_ID",
    "Client",
    "Moto",
    "Pool",
    "User",
    "backend_of",
    "check_secret_hash",
    "client_and_pool",
    "credential_scope",
    "epoch_of",
    "have_expired",
    "issue_credentials",
    "join_group",
    "moto_status",
    "moto_time",
    "user_of_token",
]


@functools.cache
def _signing_key(text: str) -> jwk.RSAKey:
    return jwk.RSAKey.import_key(json.loads(text))


# moto parses the one signing key of all its pools anew for each, which takes 0.1 s
setattr(  # noqa: B010 - moto does not export the name, so type checkers refuse an assignment
    moto_models,
    "jwk",
    SimpleNamespace(RSAKey=SimpleNamespace(import_key=lambda key: _signing_key(json.dumps(key)))),
)

DEFAULT_REGION = "us-east-1"
PARTITION = "aws"
SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/[^/]+/(?P<region>[^/]+)/")
HOP_HEADERS = frozenset(
    {"connection", "content-length", "content-type", "date", "server", "x-amzn-requestid"}
)


def credential_scope(request: HttpRequest) -> tuple[str, str]:
    """Account and region of a request as moto works them out; unsigned requests get the defaults."""
    found = SCOPE.search(request.headers.get("authorization", ""))
    if found is None:
        return DEFAULT_ACCOUNT_ID, DEFAULT_REGION
    account = request.headers.get("x-moto-account-id") or get_account_id_from(found["key"])
    return account, found["region"]


def have_expired(request: HttpRequest) -> bool:
    """Whether a request is signed with credentials of STS or SSO that have ended."""
    found = SCOPE.search(request.headers.get("authorization", ""))
    if found is None:
        return False
    issuer = sts_backends[get_account_id_from(found["key"])][PARTITION]
    issued = issuer.get_assumed_role_from_access_key(found["key"])
    return issued is not None and bool(issued.expiration <= utcnow())


def issue_credentials(account: str, role_name: str, seconds: int) -> dict[str, str | int]:
    """New credentials of a role, as SSO's portal names their parts."""
    issued = sts_backends[account][PARTITION].assume_role(
        region_name=DEFAULT_REGION,
        role_session_name="sso",
        role_arn=f"arn:{PARTITION}:iam::{account}:role/{role_name}",
        policy="",
        duration=seconds,
        external_id="",
    )
    return {
        "accessKeyId": issued.access_key_id,
        "secretAccessKey": issued.secret_access_key,
        "sessionToken": issued.session_token,
        "expiration": int(issued.expiration.replace(tzinfo=UTC).timestamp() * 1000),
    }


def backend_of(account: str, region: str) -> CognitoIdpBackend:
    return cognitoidp_backends[account][region]


def client_and_pool(client_id: str) -> tuple[Client, Pool] | None:
    """The app client of this id and its pool, in whichever account and region."""
    for pool in _all_pools():
        if client_id in pool.clients:
            return pool.clients[client_id], pool
    return None


def user_of_token(access_token: str) -> tuple[str, Pool] | None:
    """The name that this token's user signed in with, and the pool."""
    for pool in _all_pools():
        if access_token in pool.access_tokens:
            return pool.access_tokens[access_token][1], pool
    return None


def _all_pools() -> list[Pool]:
    return [
        pool
        for regions in list(cognitoidp_backends.values())
        for backend in list(regions.values())
        for pool in list(backend.user_pools.values())
    ]


def join_group(pool: Pool, name: str, user: User) -> None:
    """Put a user into a group, which is made where the pool does not have it."""
    group = pool.groups.setdefault(name, Group(pool.id, name, "", "", 0))
    group.users.add(user)
    user.groups.add(group)


def moto_status(status: str) -> str:
    """The status as moto compares it, by identity; moto does not know the rarer ones."""
    return MotoStatus[status] if status in MotoStatus.__members__ else status


def moto_time(epoch_seconds: float) -> datetime:
    return datetime.fromtimestamp(epoch_seconds, UTC).replace(tzinfo=None)


def epoch_of(moment: datetime) -> float:
    """Epoch seconds of a time as moto keeps it."""
    return moment.replace(tzinfo=UTC).timestamp()


class Moto:
    """moto's server application, called without a socket."""

    def __init__(self) -> None:
        self._application = DomainDispatcherApplication(create_backend_app)

    def answer(self, request: HttpRequest) -> HttpAnswer:
        headers: list[tuple[str, Any]] = [
            (name, value) for name, value in request.headers.items() if name != "content-length"
        ]
        client = WsgiClient(self._application, use_cookies=False)
        try:
            response = client.open(request.path, method=request.method, headers=headers, data=request.body)
        except NotImplementedError as error:
            body = b'{"__type":"UnknownOperationException","message":"%b"}' % str(error).encode()
            return HttpAnswer(400, body)
        # What a HEAD is about is not sent, and its length is told all the same.
        dropped = HOP_HEADERS - {"content-length"} if request.method == "HEAD" else HOP_HEADERS
        with response:
            return HttpAnswer(
                response.status_code,
                response.data,
                response.headers.get("Content-Type", ""),
                {name: value for name, value in response.headers.items() if name.lower() not in dropped},
            )
