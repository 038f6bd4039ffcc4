"""Mails that a job sends itself: whom SES sends them to, and why it refuses."""

from __future__ import annotations

import pytest

from bulkreset.clock import VirtualClock
from bulkreset.simulator import SeedUser

SENDER = "Example <no-reply@example.com>"
DAY = 86_400.0


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def simulator(start, clock):
    return start(clock=clock)


@pytest.fixture
def ses(simulator, connect):
    return connect(simulator, "sesv2")


@pytest.fixture
def mail(ses):
    def mail(*to, text="Hello.", sender=SENDER):
        simple = {"Subject": {"Data": "Password"}, "Body": {"Text": {"Data": text}}}
        return ses.send_email(
            FromEmailAddress=sender, Destination={"ToAddresses": list(to)}, Content={"Simple": simple}
        )

    return mail


@pytest.fixture
def change(simulator):
    def change(**email):
        simulator.account.change({"email": email})

    return change


def unverified(*addresses):
    told = "Email address is not verified. The following identities failed the check in region US-EAST-1: "
    return "MessageRejected", told + ", ".join(addresses)


def test_a_mail_is_kept_with_subject_and_text_for_the_user_it_goes_to(simulator, mail):
    users = [
        SeedUser("squatter", email="ada@example.com"),
        SeedUser("ada", email="ada@example.com", email_verified=True),
        SeedUser("late", email="ada@example.com"),
    ]
    pool = simulator.create_pool(users)
    mail("ADA@example.com")
    (sent,) = simulator.outbox.messages
    assert (sent.pool_id, sent.username, sent.destination) == (pool, "ada", "ADA@example.com")
    assert (sent.subject, sent.body, sent.code) == ("Password", "Hello.", "")
    assert simulator.counters.effects("SendEmail", "ada") == 1


def test_a_mail_follows_its_user_to_a_new_address(simulator, client, mail):
    pool = simulator.create_pool([SeedUser("ada", email="old@example.com", email_verified=True)])
    client.admin_update_user_attributes(
        UserPoolId=pool, Username="ada", UserAttributes=[{"Name": "email", "Value": "new@example.com"}]
    )
    mail("new@example.com")
    mail("old@example.com")
    assert [sent.username for sent in simulator.outbox.messages if sent.subject] == ["ada", ""]


def test_every_mail_counts_for_the_day_also_an_empty_one(ses, change, mail, refusal, clock):
    change(max_24_hour_send=5, sent_last_24_hours=3)
    mail("ada@example.com", text="")
    assert ses.get_account()["SendQuota"]["SentLast24Hours"] == 4
    mail("ada@example.com")
    assert refusal(mail, "ada@example.com") == (
        "TooManyRequestsException",
        "Daily message quota exceeded.",
    )
    clock.sleep(DAY + 1.0)
    mail("ada@example.com")


def test_no_more_mails_go_out_in_a_second_than_the_rate(simulator, change, mail, refusal, clock):
    change(max_send_rate=2)
    exceeded = ("TooManyRequestsException", "Maximum sending rate exceeded.")
    mail("ada@example.com")
    mail("ada@example.com")
    assert refusal(mail, "ada@example.com") == exceeded
    clock.sleep(0.5)
    mail("ada@example.com")
    assert refusal(mail, "ada@example.com") == exceeded
    clock.sleep(60.0)
    mail("ada@example.com")
    mail("ada@example.com")
    assert refusal(mail, "ada@example.com") == exceeded
    change(max_send_rate=3)
    mail("ada@example.com")
    assert len(simulator.outbox) == 6


def test_the_sandbox_sends_to_verified_addresses_and_domains_only(simulator, change, mail, refusal):
    change(production=False)
    assert refusal(mail, "ada@example.com") == unverified("ada@example.com")
    known = {"example.com": True, "ada@example.org": True, "ben@example.org": False}
    change(identities=known)
    for to in ("ada@example.com", "ada@mail.example.com", "Ada@Example.org"):
        mail(to)
    for to in ("ben@example.org", "eve@example.org", "ada@notexample.com"):
        assert refusal(mail, to) == unverified(to)
    assert refusal(mail, "ada@example.com", "eve@example.org") == unverified("eve@example.org")
    change(production=True)
    mail("eve@example.org")
    assert len(simulator.outbox) == 4


@pytest.mark.parametrize(
    ("identities", "passes"),
    [
        (None, True),
        ({"example.com": True}, True),
        ({"no-reply@example.com": True}, True),
        ({"example.com": False}, False),
        ({}, False),
        ({"other@example.com": True}, False),
    ],
)
def test_only_a_verified_sender_sends(simulator, change, mail, refusal, identities, passes):
    change(identities=identities)
    if passes:
        mail("ada@example.net")
    else:
        assert refusal(mail, "ada@example.net") == unverified(SENDER)
    assert len(simulator.outbox) == passes


def test_a_mail_to_nobody_is_refused(simulator, mail, refusal):
    assert refusal(mail)[0] == "BadRequestException"
    assert len(simulator.outbox) == 0


def test_a_refused_mail_takes_nothing_from_the_rate(change, mail, refusal):
    change(max_send_rate=1, production=False, identities={"example.com": True})
    refusal(mail, "ada@example.org")
    mail("ada@example.com")
