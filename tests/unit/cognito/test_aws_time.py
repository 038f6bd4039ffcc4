"""AWS's clock as far as answers tell it, while the machine's own wall clock jumps."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from bulkreset.clock import VirtualClock
from bulkreset.cognito.client import CognitoClient
from bulkreset.settings.environment import Environment

AWS_START = 1_800_000_000.0


class JumpingClock(VirtualClock):
    """Its wall time can be set without its monotonic time moving."""

    def jump(self, seconds: float) -> None:
        self._start += seconds


@pytest.fixture
def clock():
    return JumpingClock(start=AWS_START)


@pytest.fixture
def client(clock):
    environment = Environment(pool_id="us-east-1_AbCdEf123", endpoint_url="http://127.0.0.1:9")
    return CognitoClient(environment, clock)


def answered_at(client, epoch_seconds):
    client._note_time(formatdate(epoch_seconds, usegmt=True))


def test_before_any_answer_it_is_our_own_clock(client, clock):
    clock.sleep(7)
    assert client.aws_time(clock.monotonic()) == AWS_START + 7
    assert client.skew_seconds == 0


def test_an_answer_sets_it_and_our_monotonic_clock_carries_it_on(client, clock):
    answered_at(client, AWS_START + 100)
    clock.sleep(20)
    assert client.aws_time(clock.monotonic()) == AWS_START + 120
    assert client.aws_time(0.0) == AWS_START + 100
    assert client.skew_seconds == 100


@pytest.mark.parametrize("seconds", [86_400.0, -86_400.0])
def test_a_wall_clock_that_jumps_does_not_move_it(client, clock, seconds):
    answered_at(client, AWS_START)
    clock.jump(seconds)
    clock.sleep(5)
    assert client.aws_time(clock.monotonic()) == AWS_START + 5
    assert client.skew_seconds == -seconds


def test_a_later_answer_replaces_an_earlier_one(client, clock):
    answered_at(client, AWS_START + 100)
    answered_at(client, AWS_START - 3)
    assert client.aws_time(clock.monotonic()) == AWS_START - 3


@pytest.mark.parametrize("header", ["", "yesterday", "Tue, 99 Nov 2026"])
def test_a_date_that_is_none_changes_nothing(client, clock, header):
    answered_at(client, AWS_START + 100)
    client._note_time(header)
    assert client.skew_seconds == 100
