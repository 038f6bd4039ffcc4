"""The runner is killed while mails with passwords go out: nobody gets two, and who got none is told."""

from __future__ import annotations

import csv

from command import until, verified_users

from bulkreset.flow.handout import make_key, open_handout
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

SEND = "SendEmail"
USERS = 20


def test_a_runner_killed_between_passwords_and_their_mails_leaves_nobody_unaccounted_for(scene, tmp_path):
    users = verified_users(USERS)
    simulator, desk, command = scene(users, environment={"concurrency": 8})
    key = tmp_path / "key.txt"
    recipient = make_key(key)
    desk.job(
        [user.username for user in users],
        goal="temporary-password",
        handout={"recipients": [recipient]},
        deliver={
            "by": "ses",
            "sender": "no-reply@example.com",
            "subject": "New password",
            "text": "{{ password }}",
        },
    )
    # Of each mail that hangs nobody knows; of those behind it the password is set, and in memory alone.
    hung = simulator.faults.add(Fault(FaultKind.HANG, SEND, first=4))
    digest = command.plan("a.run")
    running = command.start("apply", "a.run", "--confirm", digest)
    until(lambda: hung.struck >= 3, "three mails that hang")
    running.kill()
    simulator.faults.clear()

    ended = command("resume", "a.run", "--json")
    assert ended.code == 1, ended.err
    rows = {row["identifier"]: row for row in command.report("a.run")["rows"]}
    outcomes = [row["outcome"] for row in rows.values()]
    assert outcomes.count("unknown") >= 3
    assert set(outcomes) <= {"done", "unknown", "failed"}
    assert {row["error_code"] for row in rows.values() if row["outcome"] == "failed"} <= {
        "password-not-in-memory"
    }
    sent = simulator.outbox.counts()
    out = tmp_path / "passwords.csv"
    open_handout(desk.folder / "a.run", key, out)
    with out.open(newline="", encoding="utf-8") as file:
        opened = {line["username"]: line["password"] for line in csv.DictReader(file)}
    assert set(opened) == set(rows)
    for name, row in rows.items():
        password = simulator.user(DEMO_POOL_ID, name).password
        assert opened[name] == password
        mails = [message.body for message in simulator.outbox.to(name)]
        assert mails in ([], [password]), "a second mail, or one with another password"
        if row["outcome"] == "done":
            assert sent[name] == 1
        if row["outcome"] == "failed":
            assert sent[name] == 0
