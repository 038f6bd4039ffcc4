"""What people do with a run afterwards: check it, read what happened, and retry what is left."""

from __future__ import annotations

import csv
import json

import pytest
from command import verified_users
from edits import edited

from bulkreset.simulator import Fault, FaultKind, SeedUser

RESET = "AdminResetUserPassword"


@pytest.fixture
def ended(scene):
    """A run of ten users: seven done, one failed, one blocked, one skipped, one drifted."""
    users = [*verified_users(8), SeedUser("nobody"), SeedUser("gone", enabled=False, email="g@example.com")]
    simulator, desk, command = scene(users)
    manifest = desk.folder / "users.csv"
    rows = [f'{user.username},"=note ""{number}"", of {user.username}"' for number, user in enumerate(users)]
    manifest.write_text("\n".join(["username,note", *rows]) + "\n", encoding="utf-8")
    desk.job(manifest, reason="INC-4711, asked by J. Doe")
    simulator.faults.add(Fault(FaultKind.REFUSE, operation=RESET, usernames=frozenset({"user-0003"})))
    digest = command.plan("a.run")
    simulator.set_user("us-east-1_Simulated1", "user-0005", email="other@example.com")
    done = command("apply", "a.run", "--confirm", digest, "--json")
    assert done.code == 1, done.err
    return simulator, desk, command


def test_retry_writes_a_manifest_of_exactly_the_rows_not_done_ready_for_the_next_job(ended):
    simulator, desk, command = ended
    written = command("retry", "a.run", "--out", "rest.csv")
    assert written.code == 0, written.err
    with (desk.folder / "rest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["username"] for row in rows] == ["user-0003", "user-0005", "nobody"]
    assert [row["retry_outcome"] for row in rows] == ["failed", "drifted", "blocked"]
    assert all(row["retry_reason"] for row in rows)
    assert rows[0]["note"] == '=note "3", of user-0003'

    simulator.faults.clear()
    desk.job(desk.folder / "rest.csv")
    again = command.plan_and_apply("b.run")
    assert again.code == 1, "nobody has a contact still"
    assert again.status["outcomes"]["done"] == 2
    assert again.status["outcomes"]["blocked"] == 1
    assert max(simulator.outbox.counts().values()) == 1


def test_retry_overwrites_nothing(ended):
    _, desk, command = ended
    (desk.folder / "rest.csv").write_text("mine")
    refused = command("retry", "a.run", "--out", "rest.csv")
    assert refused.code == 2
    assert (desk.folder / "rest.csv").read_text() == "mine"


def test_a_run_that_is_all_done_leaves_an_empty_manifest(scene):
    _, desk, command = scene(verified_users(3))
    assert command.plan_and_apply("a.run").code == 0
    written = command("retry", "a.run", "--out", "rest.csv")
    assert written.code == 0
    assert len((desk.folder / "rest.csv").read_text().splitlines()) == 1


def test_audit_tells_who_did_what_when_and_why(ended):
    _, _, command = ended
    told = command("audit", "a.run")
    assert told.code == 0, told.err
    assert "INC-4711, asked by J. Doe" in told.out
    lines = command("audit", "a.run", "--json").out.splitlines()
    events = [json.loads(line) for line in lines]
    kinds = [event["event"] for event in events]
    assert kinds == ["planned", "confirmed", "taken-up", "running", "finished"]
    assert all(len(event["hash"]) == 64 for event in events)
    assert events[0]["user"]
    assert events[0]["host"]
    assert events[2]["account_id"] == "123456789012"


def test_check_says_that_a_sound_run_is_whole(ended):
    _, _, command = ended
    checked = command("check", "a.run")
    assert (checked.code, checked.err) == (0, "")
    assert "whole" in checked.out


TAMPERING = {
    "an event changed": "UPDATE events SET detail = '{}' WHERE kind = 'confirmed'",
    "an event removed": "DELETE FROM events WHERE kind = 'taken-up'",
    "the last event removed": "DELETE FROM events WHERE id = (SELECT max(id) FROM events)",
    "a row of the plan changed": "UPDATE plan SET steps = 'sign-out' WHERE row = 1",
    "a step made done": "UPDATE steps SET state = 'done' WHERE state = 'failed'",
    "a step removed": "DELETE FROM steps WHERE row = 1 AND ordinal = 0",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_check_finds_what_somebody_changed_by_hand(ended, statement):
    _, desk, command = ended
    edited(desk.folder / "a.run", statement)
    checked = command("check", "a.run")
    assert checked.code == 3, checked.out
    assert "Traceback" not in checked.err


def test_the_report_says_where_each_quota_was_learnt(ended):
    _, _, command = ended
    quotas = command.report("a.run")["quotas"]
    assert quotas["UserAccountRecovery"]["source"] == "environment"
    assert quotas["UserAccountRecovery"]["rate_per_second"] == 300
