"""Passwords by mail over HTTP: to each user one mail with its password; who got none is told."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest
from command import until, verified_users

from bulkreset.clock import SystemClock
from bulkreset.errors import Refused, StoppedOnSchedule
from bulkreset.flow.handout import make_key, open_handout
from bulkreset.flow.iam_policy import iam_policy
from bulkreset.flow.report import reading
from bulkreset.preflight.least_privilege import Phase
from bulkreset.reporting.iam_policy import as_json
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind, SeedUser

CLOCK = SystemClock()
SEND, SET = "SendEmail", "AdminSetUserPassword"
USERS = 12
TEXT = "Hello {{ username }},\nyour new password is: {{ password }}\n"
DELIVER = {"by": "ses", "sender": "Example <no-reply@example.com>", "subject": "New password"}


class Mailing:
    """A job that mails passwords, its run, and what arrived."""

    def __init__(self, rehearsal, folder):
        self.rehearsal, self.simulator = rehearsal, rehearsal.simulator
        self.key = folder / "key.txt"
        self.recipient = make_key(self.key)
        (folder / "mail.txt").write_text(TEXT, encoding="utf-8")
        self.run = None

    def plan(self, users, **job):
        settings = {
            "goal": "temporary-password",
            "handout": {"recipients": [self.recipient]},
            "deliver": DELIVER | {"template": "mail.txt"},
        }
        self.run = self.rehearsal.plan([user.username for user in users], **(settings | job))
        return self.run

    def outcomes(self):
        return {name: row["outcome"] for name, row in self.rehearsal.rows(self.run).items()}

    def mails(self):
        """Address and password of each mail that SES took."""
        return sorted(
            (message.destination, message.body.partition("password is: ")[2].strip())
            for message in self.simulator.outbox.messages
        )

    def password(self, name):
        return self.simulator.user(DEMO_POOL_ID, name).password

    def given(self):
        """Who was given a password by the run."""
        names = self.simulator.usernames(DEMO_POOL_ID)
        states = [self.simulator.user(DEMO_POOL_ID, name) for name in names]
        return [one.username for one in states if one.status == "FORCE_CHANGE_PASSWORD"]

    def in_force(self, names):
        return sorted((f"{name}@example.com", self.password(name)) for name in names)

    def findings(self):
        with reading(self.run) as reader:
            return reader.meta("findings")

    def policy(self):
        made = iam_policy(self.rehearsal.desk.job_path, Phase.APPLY, "123456789012", CLOCK, only_needed=True)
        return json.loads(as_json(made))["Statement"]

    def opened(self):
        """The passwords in the hand-out, by user."""
        out = self.run.with_suffix(".csv")
        open_handout(self.run, self.key, out)
        with out.open(newline="", encoding="utf-8") as file:
            found = {line["username"]: line["password"] for line in csv.DictReader(file)}
        out.unlink()
        return found


@pytest.fixture
def mailing(rehearse, tmp_path):
    def mailing(users, **options):
        return Mailing(rehearse(users, **options), tmp_path)

    return mailing


def names_of(users):
    return [user.username for user in users]


def test_everybody_gets_one_mail_with_the_password_that_is_in_force_and_it_is_written_nowhere_else(
    mailing, capfd
):
    users = verified_users(USERS)
    desk = mailing(users)
    desk.plan(users)
    status = desk.rehearsal.apply(desk.run)
    assert status["outcomes"]["done"] == USERS
    assert status["calls"][SEND] == USERS
    assert status["rate"]["email-sends"]["granted"] == 1_000
    assert desk.mails() == desk.in_force(names_of(users))
    assert desk.opened() == {name: desk.password(name) for name in names_of(users)}
    (one, *_) = desk.simulator.outbox.messages
    assert one.body == TEXT.replace("{{ username }}", one.username).replace(
        "{{ password }}", desk.password(one.username)
    )
    written = b"".join(path.read_bytes() for path in desk.run.parent.iterdir() if path.is_file())
    kept = (desk.rehearsal.rows(desk.run), desk.rehearsal.events(desk.run), desk.rehearsal.status(desk.run))
    told = "".join(capfd.readouterr()) + repr(kept)
    for name in names_of(users):
        assert desk.password(name).encode() not in written
        assert desk.password(name) not in told


def test_whose_address_is_not_verified_goes_by_the_hand_out_alone(mailing):
    users = [*verified_users(2), SeedUser("no-address"), SeedUser("unproved", email="unproved@example.com")]
    desk = mailing(users)
    desk.plan(users)
    assert desk.rehearsal.apply(desk.run)["outcomes"]["done"] == len(users)
    assert desk.mails() == desk.in_force(names_of(users[:2]))
    assert set(desk.opened()) == set(names_of(users))


def test_the_text_that_was_planned_is_sent_whatever_became_of_its_file(mailing):
    users = verified_users(2)
    desk = mailing(users)
    run = desk.plan(users)
    (run.parent / "mail.txt").unlink()
    assert desk.rehearsal.apply(run)["outcomes"]["done"] == 2
    assert desk.mails() == desk.in_force(names_of(users))


LOST = {
    "user-0001": (Fault(FaultKind.DROP, SEND), 0),
    "user-0002": (Fault(FaultKind.DROP, SEND, after_effect=True), 1),
    "user-0003": (Fault(FaultKind.HANG, SEND, seconds=3.0), 1),
    "user-0004": (Fault(FaultKind.SERVER_ERROR, SEND), 0),
    "user-0005": (Fault(FaultKind.SERVER_ERROR, SEND, after_effect=True), 1),
    "user-0006": (Fault(FaultKind.GARBAGE, SEND), 1),
    "user-0007": (Fault(FaultKind.TRUNCATE, SEND), 1),
}
"""What happens to the call of whose mail, and how many mails arrive nevertheless."""


def test_mails_whose_answers_are_lost_are_unknown_and_nobody_gets_a_second_one(mailing):
    users = verified_users(USERS)
    desk = mailing(users)
    desk.plan(users)
    armed = [
        desk.simulator.faults.add(replace(fault, usernames=frozenset({name})))
        for name, (fault, _) in LOST.items()
    ]
    desk.rehearsal.apply(desk.run)
    expected = {name: "unknown" if name in LOST else "done" for name in names_of(users)}
    assert desk.outcomes() == expected
    assert [one.struck for one in armed] == [1] * len(LOST)
    for one in armed:
        one.release()
    desk.simulator.faults.clear()
    desk.rehearsal.resume(desk.run)
    assert desk.outcomes() == expected
    assert desk.simulator.counters.calls(SEND) == USERS
    until(lambda: desk.simulator.outbox.counts()["user-0003"] == 1, "the mail that hung")
    sent = desk.simulator.outbox.counts()
    assert {name: sent[name] for name in LOST} == {name: count for name, (_, count) in LOST.items()}
    assert desk.opened() == {name: desk.password(name) for name in names_of(users)}


def test_what_ses_rejects_fails_its_row_alone(mailing):
    users = verified_users(3)
    desk = mailing(users)
    desk.plan(users, max_failed=2)
    rejected = Fault(
        FaultKind.REFUSE, SEND, frozenset({"user-0001"}), code="MessageRejected", message="Address blocked"
    )
    desk.simulator.faults.add(rejected)
    desk.simulator.faults.add(Fault(FaultKind.THROTTLE, SEND, frozenset({"user-0002"}), times=2))
    desk.rehearsal.apply(desk.run)
    row = desk.rehearsal.rows(desk.run)["user-0001"]
    assert (row["outcome"], row["error_code"]) == ("failed", "MessageRejected")
    assert desk.mails() == desk.in_force(["user-0000", "user-0002"])
    assert set(desk.opened()) == set(names_of(users))


def test_mails_keep_to_the_rate_of_ses_whatever_the_pool_allows(mailing):
    users = verified_users(USERS)
    desk = mailing(users)
    desk.simulator.account.email.max_send_rate = 8
    desk.plan(users)
    status = desk.rehearsal.apply(desk.run)
    assert desk.mails() == desk.in_force(names_of(users))
    assert (status["throttled"], desk.simulator.counters.calls(SEND)) == (0, USERS)
    at = [message.at for message in desk.simulator.outbox.messages]
    assert max(at) - min(at) > (USERS - 2) / 8


def test_on_a_day_that_has_no_mail_left_nobody_is_given_a_password(mailing):
    users = verified_users(USERS)
    desk = mailing(users)
    desk.simulator.account.email.max_24_hour_send = 105
    desk.simulator.account.email.sent_last_24_hours = 100
    desk.plan(users, messages={"spread": True})
    with pytest.raises(StoppedOnSchedule):
        desk.rehearsal.apply(desk.run)
    given = desk.given()
    assert len(given) == desk.simulator.counters.calls(SET) == 5
    assert desk.mails() == desk.in_force(given)


def test_more_mails_than_the_day_has_left_are_refused_before_anything_is_changed(mailing):
    users = verified_users(3)
    desk = mailing(users)
    desk.simulator.account.email.max_24_hour_send = 102
    desk.simulator.account.email.sent_last_24_hours = 100
    with pytest.raises(Refused, match="2 may still be sent today"):
        desk.plan(users)
    desk.simulator.account.email.sent_last_24_hours = 0
    run = desk.plan(users)
    desk.simulator.account.email.sent_last_24_hours = 100
    with pytest.raises(Refused, match="2 may still be sent today"):
        desk.rehearsal.apply(run)
    assert desk.simulator.counters.calls(SET) == 0


def test_where_the_runner_ended_between_password_and_mail_the_row_says_so_and_the_hand_out_has_it(mailing):
    users = verified_users(3)
    desk = mailing(users)
    run = desk.plan(users)
    desk.simulator.faults.add(Fault(FaultKind.REFUSE, SEND, code="SendingPausedException", message="Paused"))
    with pytest.raises(Refused, match="SendingPausedException"):
        desk.rehearsal.apply(run)
    desk.simulator.faults.clear()
    given = {name: desk.password(name) for name in desk.given()}
    assert given
    desk.rehearsal.resume(run)
    rows = desk.rehearsal.rows(run)
    for name in names_of(users):
        if name in given:
            assert (rows[name]["outcome"], rows[name]["error_code"]) == ("failed", "password-not-in-memory")
            assert desk.password(name) == given[name]
        else:
            assert rows[name]["outcome"] == "done"
    assert desk.mails() == desk.in_force([name for name in names_of(users) if name not in given])
    assert desk.opened() == {name: desk.password(name) for name in names_of(users)}


def test_mails_without_a_hand_out_are_refused(mailing):
    users = verified_users(1)
    desk = mailing(users)
    with pytest.raises(Refused, match="mails alone would carry the passwords"):
        desk.plan(users, handout={"discard": True})


SENDERS = {
    "no-reply@mail.example.com": True,
    "mail.example.com": True,
    "example.com": True,
    "other.example.com": False,
    "com": False,
}


@pytest.mark.parametrize(("verified", "is_accepted"), SENDERS.items())
def test_a_sender_whom_ses_does_not_accept_is_refused_at_plan(mailing, verified, is_accepted):
    users = verified_users(1)
    desk = mailing(users)
    desk.simulator.account.email.identities = {verified: True, "example.com": verified == "example.com"}
    deliver = DELIVER | {"sender": "no-reply@mail.example.com", "text": "It is {{ password }}"}
    if is_accepted:
        desk.plan(users, deliver=deliver)
        return
    with pytest.raises(Refused, match=r"does not accept no-reply@mail\.example\.com as a sender"):
        desk.plan(users, deliver=deliver)


def test_a_sender_that_may_not_be_looked_at_is_told_and_refuses_nothing(mailing):
    users = verified_users(1)
    desk = mailing(users)
    desk.simulator.account.refused["GetEmailIdentity"] = "AccessDeniedException"
    desk.plan(users)
    assert desk.rehearsal.apply(desk.run)["outcomes"]["done"] == 1
    told = {one["title"]: one["severity"] for one in desk.findings() if one["check"] == "delivery"}
    assert (
        told["whether SES in us-east-1 accepts no-reply@example.com was not looked at: AccessDeniedException"]
        == "note"
    )


def test_a_pool_with_another_sender_is_not_blamed_for_the_mails_of_the_job(mailing):
    users = verified_users(1)
    desk = mailing(users, pool={"email_sender": "COGNITO_DEFAULT"})
    desk.plan(users)
    assert not any("Cognito's own sender" in one["title"] for one in desk.findings())


def test_the_policy_allows_mails_from_the_sender_alone(mailing):
    users = verified_users(1)
    desk = mailing(users)
    desk.plan(
        users, deliver=DELIVER | {"text": "{{ password }}", "region": "eu-west-1", "configuration_set": "pw"}
    )
    ses = "arn:aws:ses:eu-west-1:123456789012"
    only = {"Condition": {"StringEquals": {"ses:FromAddress": "no-reply@example.com"}}}
    found = [one for one in desk.policy() if one["Action"] == ["ses:SendEmail"]]
    assert [{name: one[name] for name in ("Resource", "Condition")} for one in found] == [
        {"Resource": f"{ses}:identity/*"} | only,
        {"Resource": f"{ses}:configuration-set/pw"} | only,
    ]
