"""SendEmail of the simulated SES: what arrives, whose it is, and what SES refuses, in its own words."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from bulkreset.simulator import Fault, FaultKind, SeedUser


@pytest.fixture
def send(simulator, connect):
    """Sends a mail to an address."""
    simulator.create_pool([SeedUser("ada", email="Ada@example.com", email_verified=True)])
    ses = connect(simulator, "sesv2")

    def send(to="ada@example.com"):
        text = {"Subject": {"Data": "New password"}, "Body": {"Text": {"Data": "It is xyz ✉"}}}
        return ses.send_email(
            FromEmailAddress="no-reply@example.com",
            Destination={"ToAddresses": [to]},
            Content={"Simple": text},
        )

    return send


def test_a_mail_is_in_the_outbox_with_its_text_and_counted_for_its_user(simulator, send):
    assert send()["MessageId"] != send()["MessageId"]
    first, _ = simulator.outbox.to("ada")
    assert (first.destination, first.kind, first.body) == ("ada@example.com", "ses:SendEmail", "It is xyz ✉")
    assert simulator.counters.calls("SendEmail") == simulator.counters.effects("SendEmail") == 2


def test_a_mail_to_nobody_in_a_pool_is_sent_all_the_same(simulator, send):
    send("somebody@example.com")
    (one,) = simulator.outbox.messages
    assert (one.username, one.destination) == ("", "somebody@example.com")


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ({"enabled": False}, "SendingPausedException", "Email sending is disabled."),
        ({"enforcement": "SHUTDOWN"}, "AccountSuspendedException", "Your account is suspended."),
        ({"max_24_hour_send": 0}, "TooManyRequestsException", "Daily message quota exceeded."),
        ({"max_send_rate": 0}, "TooManyRequestsException", "Maximum sending rate exceeded."),
    ],
)
def test_what_ses_refuses_is_said_in_its_words_and_sends_nothing(simulator, send, settings, code, message):
    send()
    simulator.account.change({"email": settings})
    with pytest.raises(ClientError) as refused:
        send()
    assert refused.value.response["Error"] == {"Code": code, "Message": message}
    assert len(simulator.outbox) == 1
    assert simulator.counters.effects("SendEmail") == 1


def test_a_mail_counts_for_the_day_that_get_account_tells(simulator, send, connect):
    send()
    quota = connect(simulator, "sesv2").get_account()["SendQuota"]
    assert quota["SentLast24Hours"] == 1


def test_a_fault_strikes_the_mails_of_one_user(simulator, send):
    simulator.faults.add(Fault(FaultKind.SERVER_ERROR, "SendEmail", frozenset({"ada"}), times=1))
    send("somebody@example.com")
    with pytest.raises(ClientError, match="InternalErrorException"):
        send()
    send()
    assert len(simulator.outbox.to("ada")) == 1
