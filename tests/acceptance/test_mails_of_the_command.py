"""Passwords by mail through the real command: what a kill leaves, and what is refused."""

from __future__ import annotations

import pytest
from command import Command, Desk, verified_users

from bulkreset.flow.handout import open_handout
from bulkreset.simulator import DEMO_POOL_ID, NO_QUOTAS, Fault, FaultKind, SeedUser, Simulator

SEND = "SendEmail"
TEXT = "Dear {{ username }}, your new password is {{password}}.\n"
DELIVER = {
    "by": "ses",
    "sender": "Example <no-reply@example.com>",
    "subject": "Password",
    "template": "mail.txt",
}
USERS = [*verified_users(4), SeedUser("post-office", email="box@example.com"), SeedUser("no-address")]


@pytest.fixture
def office(tmp_path):
    """A job that mails temporary passwords, beside a hand-out, and the command."""
    opened = []

    def opens(**job):
        simulator = Simulator(quotas=NO_QUOTAS).start()
        opened.append(simulator)
        simulator.create_pool(USERS)
        folder = tmp_path / "desk"
        folder.mkdir()
        (folder / "mail.txt").write_text(TEXT)
        (tmp_path / "outputs").mkdir()
        command = Command(folder, tmp_path / "outputs")
        recipient = command("handout", "keygen", "--out", tmp_path / "key.txt").out.strip()
        desk = Desk(folder, simulator.endpoint_url)
        settings = {"goal": "temporary-password", "handout": {"recipients": [recipient]}, "deliver": DELIVER}
        desk.job([user.username for user in USERS], **settings | job)
        return simulator, desk, command

    yield opens
    for simulator in opened:
        simulator.stop()


def mails(simulator):
    return {mail.username: mail.body for mail in simulator.outbox.messages}


def texts(simulator):
    """What verified users should read."""
    return {
        user.username: TEXT.replace("{{ username }}", user.username).replace(
            "{{password}}", simulator.user(DEMO_POOL_ID, user.username).password
        )
        for user in USERS
        if user.email_verified
    }


def outcomes(command):
    return {row["username"]: (row["outcome"], row["error_code"]) for row in command.report("a.run")["rows"]}


def test_each_verified_user_gets_one_mail_and_all_passwords_are_in_the_hand_out(office, tmp_path):
    simulator, desk, command = office()
    ran = command.plan_and_apply("a.run")
    assert ran.code == 0, ran.err
    assert mails(simulator) == texts(simulator)
    assert len(simulator.outbox) == 4
    assert ran.status["calls"][SEND] == 4
    assert {mail.destination for mail in simulator.outbox.messages} == {
        f"user-000{n}@example.com" for n in range(4)
    }
    opened = open_handout(desk.folder / "a.run", tmp_path / "key.txt", tmp_path / "passwords.csv")
    assert opened.passwords == len(USERS)
    written = b"".join(
        file.read_bytes() for file in [*desk.folder.iterdir(), *command._outputs.rglob("*")] if file.is_file()
    )
    for user in USERS:
        assert simulator.user(DEMO_POOL_ID, user.username).password.encode() not in written


def test_a_runner_that_dies_between_password_and_mail_says_so_and_mails_nothing_wrong(office):
    simulator, _, command = office()
    digest = command.plan("a.run")
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation="AdminUserGlobalSignOut", times=6))
    runner = command.start("apply", "a.run", "--confirm", digest)
    assert hanging.wait_struck(6)
    runner.kill()
    simulator.faults.clear()
    assert command("resume", "a.run", "--json").code == 1
    became = outcomes(command)
    assert {became[f"user-000{number}"] for number in range(4)} == {("failed", "password-not-in-memory")}
    assert became["no-address"] == ("done", "")
    assert len(simulator.outbox) == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"handout": None}, "mails alone would carry the passwords"),
        ({"deliver": DELIVER | {"template": "none.txt"}}, "the text of the mail cannot be read"),
        ({"deliver": DELIVER | {"sender": "nobody"}}, "is not an e-mail address"),
        ({"deliver": {**DELIVER, "template": None, "text": "Hello"}}, "does not say the password"),
        ({"deliver": {**DELIVER, "template": None, "text": "{{ pasword }}"}}, "which nobody fills"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused_by_the_plan(office, change, told):
    _, _, command = office(**change)
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code in (2, 3)
    assert told in refused.err
