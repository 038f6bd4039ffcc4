"""Everybody is told by themselves; whoever cannot be is named once, and holds nobody up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from notices import NOTICE, PATIENCE_SECONDS, FakeSender, Hanging

from bulkreset.clock import SystemClock, VirtualClock
from bulkreset.notifications.notifier import Notifier, Subscription, Trouble
from bulkreset.notifications.sender import NotSent

EVERYTHING = ("start", "wave-done", "threshold", "stop", "finish", "follow-up")


def raising(error):
    def way(_message):
        raise error

    return way


def notifier(*senders, clock=None, kinds=EVERYTHING, texts=None):
    subscriptions = [Subscription(sender, kinds) for sender in senders]
    return Notifier(subscriptions, texts or {}, clock or SystemClock())


def soon():
    return SystemClock().monotonic() + PATIENCE_SECONDS


def test_each_is_told_of_what_it_asked_for():
    loud, quiet = FakeSender("loud"), FakeSender("quiet")
    told = Notifier(
        [Subscription(loud, EVERYTHING), Subscription(quiet, ("stop",))],
        {"finish": "over"},
        SystemClock(),
    )
    told.tell(replace(NOTICE, kind="start"))
    told.tell(NOTICE)
    told.close(soon())
    assert [message.payload["kind"] for message in loud.sent] == ["start", "finish"]
    assert [message.text for message in loud.sent][1] == "over"
    assert quiet.sent == []
    assert told.troubles() == []


@pytest.mark.parametrize(
    ("kind", "outcomes", "tone"),
    [
        ("start", {}, "info"),
        ("threshold", {"failed": 1}, "failure"),
        ("stop", {}, "warning"),
        ("finish", {"done": 1}, "success"),
        ("finish", {"unknown": 1}, "warning"),
    ],
)
def test_the_tone_says_how_bad_it_is(kind, outcomes, tone):
    sender = FakeSender()
    told = notifier(sender)
    told.tell(replace(NOTICE, kind=kind, outcomes=outcomes))
    told.close(soon())
    assert [message.tone for message in sender.sent] == [tone]


def test_one_who_hangs_holds_up_neither_the_others_nor_the_run():
    hanging, other = Hanging(), FakeSender("other")
    hung = FakeSender("hung", hanging)
    clock = VirtualClock()
    told = notifier(hung, other, clock=clock)
    told.tell(NOTICE)
    assert hanging.begun.wait(PATIENCE_SECONDS)
    told.tell(replace(NOTICE, kind="stop"))
    told.close(clock.monotonic())
    assert hung.is_abandoned
    assert told.troubles()[0] == Trouble("hung", "2 not taken by the end of the run")
    hanging.released.set()


def test_nobody_is_told_of_a_second_failure_of_the_same():
    refusing = FakeSender("refusing", raising(NotSent("it answered with status 500")))
    told = notifier(refusing)
    told.tell(NOTICE)
    told.tell(NOTICE)
    told.close(soon())
    assert told.troubles() == [Trouble("refusing", "it answered with status 500")]
    assert told.troubles() == []


def test_what_a_sender_raises_is_told_by_its_kind_alone():
    broken = FakeSender("broken", raising(RuntimeError("at https://hooks.example.com/canary")))
    told = notifier(broken)
    told.tell(NOTICE)
    told.close(soon())
    assert told.troubles() == [Trouble("broken", "it broke off (RuntimeError)")]


def test_more_than_anybody_takes_are_dropped_and_that_is_told():
    hanging = Hanging()
    told = notifier(FakeSender("hung", hanging))
    for _ in range(200):
        told.tell(NOTICE)
    assert told.troubles() == [Trouble("hung", "too many notifications wait for it")]
    hanging.released.set()
    told.close(soon())
