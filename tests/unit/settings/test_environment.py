from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bulkreset.errors import InputError
from bulkreset.rates.quotas import DOCUMENTED_RATES
from bulkreset.settings.environment import Environment
from bulkreset.settings.loading import load_environment
from bulkreset.settings.quota_shares import Quotas

FULL = """\
pool_id: us-east-1_AbCdEf123
region: us-east-1
endpoint_url: null
credentials: {profile: null, role_arn: null, external_id: null}
quotas:
  share: 0.5                  # of every category
  UserAccountRecovery: {share: 0.8, rate_per_second: 30}
caps: {max_users: 10000, max_pool_fraction: 0.2}
concurrency: 32
state_dir: null               # default: the platform's state directory
"""


def test_the_environment_of_the_contract_is_read(write) -> None:
    environment = load_environment(write(FULL))
    assert environment.pool_id == "us-east-1_AbCdEf123"
    assert environment.quotas.UserAccountRecovery.share == 0.8
    assert environment.caps.max_users == 10_000


def test_a_pool_id_is_enough(write) -> None:
    environment = load_environment(write("pool_id: eu-west-1_AbCdEf123\n"))
    assert environment == Environment(pool_id="eu-west-1_AbCdEf123")
    assert environment.region == "eu-west-1"
    assert environment.endpoint_url is None
    assert environment.credentials.profile is None
    assert (environment.caps.max_users, environment.caps.max_pool_fraction) == (10_000, 0.2)
    assert environment.concurrency == 32
    assert (environment.timeouts.connect_seconds, environment.timeouts.read_seconds) == (5, 10)
    assert environment.read_back_after_seconds == 10
    assert environment.state_dir is None


def test_sections_with_nothing_in_them_mean_their_defaults(write) -> None:
    sections = "credentials:\nquotas:\n  UserList:\ncaps:\ntimeouts:\nregion:\n"
    environment = load_environment(write(f"pool_id: eu-west-1_AbCdEf123\n{sections}"))
    assert environment == Environment(pool_id="eu-west-1_AbCdEf123")


def test_there_is_a_key_for_every_quota_category() -> None:
    assert set(Quotas.model_fields) == {"share", *DOCUMENTED_RATES}


@pytest.mark.parametrize(
    ("category", "quota", "grant"),
    [("UserUpdate", 25, 12.5), ("UserList", 30, 24), ("UserRead", 200, 100), ("UserAccountRecovery", 60, 15)],
)
def test_a_grant_is_the_rate_times_the_share(write, category: str, quota: float, grant: float) -> None:
    quotas = (
        "{share: 0.5, UserList: {share: 0.8}, UserRead: {rate_per_second: 200}, "
        "UserAccountRecovery: {share: 0.25, rate_per_second: 60}}"
    )
    environment = load_environment(write(f"pool_id: eu-west-1_A\nquotas: {quotas}\n"))
    assert environment.quota(category) == quota
    assert environment.grant(category) == pytest.approx(grant)


def test_an_unknown_category_has_no_grant() -> None:
    with pytest.raises(KeyError):
        Environment(pool_id="eu-west-1_A").grant("share")


def test_the_state_directory_is_relative_to_the_file(write, tmp_path: Path) -> None:
    path = write("pool_id: eu-west-1_A\nstate_dir: ../state\n", "configs/production.yaml")
    assert load_environment(path).state_dir == tmp_path / "state"


def test_a_tilde_is_the_home_directory(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ops")
    path = write("pool_id: eu-west-1_A\nstate_dir: ~/state\n")
    assert load_environment(path).state_dir == Path("/home/ops/state")


def test_an_environment_survives_being_stored(write) -> None:
    environment = load_environment(write(FULL.replace("state_dir: null", "state_dir: /var/lib/bulkreset")))
    assert Environment.model_validate_json(environment.model_dump_json()) == environment


def test_an_environment_does_not_change() -> None:
    with pytest.raises(ValidationError):
        Environment(pool_id="eu-west-1_A").concurrency = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:5566", "https://cognito.example.com/path", "http://[::1]:5566", "http://simulator:80"],
)
def test_these_are_endpoints(write, url: str) -> None:
    assert load_environment(write(f"pool_id: eu-west-1_A\nendpoint_url: {url}\n")).endpoint_url == url


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com",
        "http://",
        "http:///x",
        "http://a:99999",
        "http://[::1",
        '"http://a b"',
        "5566",
        '""',
    ],
)
def test_these_are_no_endpoints(write, url: str) -> None:
    with pytest.raises(InputError, match=":2:15: `endpoint_url`"):
        load_environment(write(f"pool_id: eu-west-1_A\nendpoint_url: {url}\n"))


def test_a_password_in_an_endpoint_is_not_repeated(write) -> None:
    with pytest.raises(InputError) as refusal:
        load_environment(write("pool_id: eu-west-1_A\nendpoint_url: https://root:hunter2@example.com\n"))
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "pool_id",
    [
        "us-east-1",
        "us-east-1_",
        "_AbC",
        "us-east-1_Ab-C",
        "us-east-1_Äb",
        '"us-east-1_A\\n"',
        "a_" + "b" * 54,
    ],
)
def test_these_are_no_pool_ids(write, pool_id: str) -> None:
    with pytest.raises(InputError, match=r":1:10: .*write for example `pool_id: us-east-1_AbCdEf123`"):
        load_environment(write(f"pool_id: {pool_id}\n"))
