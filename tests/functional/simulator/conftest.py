"""A simulator and real clients of it, closed again at the end."""

from __future__ import annotations

from contextlib import ExitStack

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bulkreset.simulator import NO_QUOTAS, SeedUser, Simulator

SESSION = boto3.session.Session(
    aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
    aws_secret_access_key="no-secret",
    region_name="us-east-1",
)
PLAIN = SeedUser("ada", email="ada@example.com", email_verified=True)


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def connect(stack):
    """Makes clients that send every request once."""

    def connected(simulator, service="cognito-idp", **config):
        once = {"mode": "standard", "total_max_attempts": 1}
        client = SESSION.client(
            service, endpoint_url=simulator.endpoint_url, config=Config(retries=once, **config)
        )
        stack.callback(client.close)
        return client

    return connected


@pytest.fixture
def start(stack):
    """Starts simulators; no quotas unless asked for."""

    def started(**options):
        return stack.enter_context(Simulator(**{"quotas": NO_QUOTAS, **options}))

    return started


@pytest.fixture
def simulator(start):
    return start()


@pytest.fixture
def client(simulator, connect):
    return connect(simulator)


@pytest.fixture
def pool(simulator):
    """A pool with one plain user, ada."""
    return simulator.create_pool([PLAIN])


@pytest.fixture
def reset(client, pool):
    def reset(username="ada", **more):
        return client.admin_reset_user_password(UserPoolId=pool, Username=username, **more)

    return reset


@pytest.fixture
def refusal():
    """The code and message that a call is refused with."""

    def refused(call, *arguments, **parameters):
        with pytest.raises(ClientError) as caught:
            call(*arguments, **parameters)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    return refused


@pytest.fixture
def app_client(client, pool):
    """The id of an app client of the pool."""
    made = client.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    return made["UserPoolClient"]["ClientId"]


@pytest.fixture
def sign_in(client, app_client):
    def sign_in(username, password):
        return client.initiate_auth(
            ClientId=app_client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )

    return sign_in
