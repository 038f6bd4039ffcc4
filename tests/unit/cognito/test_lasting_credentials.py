"""Credentials over a long run, with a clock that moves only when told."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from botocore.credentials import Credentials, DeferredRefreshableCredentials
from botocore.exceptions import ClientError, CredentialRetrievalError

from bulkreset.clock import VirtualClock
from bulkreset.cognito.credentials import LastingCredentials

HOUR = 3600.0


class Issuer:
    """Gives out credentials of a limited life, each time others. `broken` is raised instead."""

    def __init__(self, clock, life_seconds=HOUR):
        self.clock = clock
        self.life_seconds = life_seconds
        self.issued = 0
        self.broken = None

    def find(self):
        return DeferredRefreshableCredentials(self._issue, "test", lambda: moment(self.clock.now()))

    def _issue(self):
        if self.broken:
            raise self.broken
        self.issued += 1
        ends_at = moment(self.clock.now() + self.life_seconds).isoformat()
        return {"access_key": f"key-{self.issued}", "secret_key": "s", "token": "t", "expiry_time": ends_at}


def moment(epoch_seconds):
    return datetime.fromtimestamp(epoch_seconds, UTC)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def issuer(clock):
    return Issuer(clock)


@pytest.fixture
def lasting(issuer, clock):
    return LastingCredentials(issuer.find(), issuer.find, clock)


def key_of(lasting):
    return lasting.get_frozen_credentials().access_key


def test_nothing_is_fetched_before_the_first_request_and_once_for_all_that_follow(lasting, issuer):
    assert issuer.issued == 0
    assert [key_of(lasting) for _ in range(100)] == ["key-1"] * 100
    assert issuer.issued == 1


def test_they_are_renewed_five_minutes_before_they_end(lasting, clock, issuer):
    key_of(lasting)
    clock.sleep(HOUR - 301)
    assert key_of(lasting) == "key-1"
    clock.sleep(2)
    assert [key_of(lasting), key_of(lasting)] == ["key-2", "key-2"]
    assert issuer.issued == 2


def test_a_run_of_ten_days_never_signs_with_ended_credentials(lasting, clock, issuer):
    for _ in range(10 * 24 * 6):
        clock.sleep(600)
        key_of(lasting)
        assert not lasting._held.end_within(0)
    assert 200 < issuer.issued < 300


def test_a_failed_renewal_leaves_those_that_still_hold_and_is_tried_again_after_half_a_minute(
    lasting, clock, issuer
):
    key_of(lasting)
    clock.sleep(HOUR - 200)
    issuer.broken = OSError("unreachable")
    assert [key_of(lasting) for _ in range(50)] == ["key-1"] * 50
    issuer.broken = None
    clock.sleep(29)
    assert key_of(lasting) == "key-1"
    clock.sleep(1)
    assert key_of(lasting) == "key-2"


def test_ended_ones_that_cannot_be_renewed_are_refused_without_asking_each_time(lasting, clock, issuer):
    key_of(lasting)
    clock.sleep(HOUR + 1)
    issuer.broken = OSError("unreachable")
    for _ in range(3):
        with pytest.raises(CredentialRetrievalError, match="unreachable"):
            key_of(lasting)
    issuer.broken = None
    with pytest.raises(CredentialRetrievalError):
        key_of(lasting)
    clock.sleep(30)
    assert key_of(lasting) == "key-2"


def test_those_that_live_for_seconds_are_renewed_only_when_they_have_ended(clock):
    issuer = Issuer(clock, life_seconds=10)
    lasting = LastingCredentials(issuer.find(), issuer.find, clock)
    for _ in range(100):
        key_of(lasting)
        clock.sleep(1)
    assert issuer.issued == 10


def test_refused_ones_are_renewed_once_for_all_who_were_refused(lasting, issuer):
    key_of(lasting)
    refused = lasting.number
    assert [lasting.renew(refused) for _ in range(32)] == [True] * 32
    assert issuer.issued == 2
    assert key_of(lasting) == "key-2"


def test_those_that_another_program_has_replaced_are_found_anew(clock):
    in_the_file = [Credentials("old", "s", "t")]
    lasting = LastingCredentials(in_the_file[0], lambda: in_the_file[0], clock)
    assert key_of(lasting) == "old"
    in_the_file[0] = Credentials("new", "s", "t")
    assert key_of(lasting) == "old", "nobody said that it had ended"
    assert lasting.renew(lasting.number)
    assert key_of(lasting) == "new"


def test_those_of_which_there_are_no_others_are_looked_for_once(clock):
    looked = []

    def find():
        looked.append(1)
        return Credentials("only", "s", "t")

    lasting = LastingCredentials(Credentials("only", "s", "t"), find, clock)
    key_of(lasting)
    assert [lasting.renew(lasting.number) for _ in range(5)] == [False] * 5
    assert len(looked) == 1
    assert key_of(lasting) == "only"


def test_those_that_are_gone_are_not_there_any_more(clock):
    lasting = LastingCredentials(Credentials("only", "s", "t"), lambda: None, clock)
    key_of(lasting)
    assert not lasting.renew(lasting.number)
    assert key_of(lasting) == "only"


def test_while_one_caller_renews_the_others_go_on(clock):
    issuer = Issuer(clock)
    asked, answered = threading.Event(), threading.Event()

    def slow_find():
        asked.set()
        answered.wait(10)
        return issuer.find()

    lasting = LastingCredentials(issuer.find(), slow_find, clock)
    key_of(lasting)
    clock.sleep(HOUR - 100)
    renewing = threading.Thread(target=key_of, args=(lasting,))
    renewing.start()
    assert asked.wait(10)
    assert key_of(lasting) == "key-1"
    answered.set()
    renewing.join(10)
    assert key_of(lasting) == "key-2"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError('{"SecretAccessKey": "canary"'), "ValueError"),
        (CredentialRetrievalError(provider="custom-process", error_msg="canary"), "credential_process"),
        (FileNotFoundError(2, "No such file", "/run/token"), "/run/token"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole"), "AccessDenied"),
    ],
)
def test_what_a_provider_says_is_told_only_where_it_can_hold_no_secret(clock, caplog, error, told):
    issuer = Issuer(clock)
    issuer.broken = error
    lasting = LastingCredentials(issuer.find(), issuer.find, clock)
    with pytest.raises(CredentialRetrievalError) as caught:
        key_of(lasting)
    assert told in str(caught.value)
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caplog.text == ""
