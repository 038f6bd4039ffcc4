"""One user, by the real command: what it says before, what becomes of the user, what it leaves behind."""

from __future__ import annotations

import json

import pytest
from command import SECRETS
from terminal import Terminal

from bulkreset.simulator import DEMO_POOL_ID, SeedUser

BOB = SeedUser("bob", email="bob@example.com")
NEW = SeedUser("new", status="FORCE_CHANGE_PASSWORD", email="new@example.com")
IN = ("--environment", "environment.yaml")
CHOSEN = "Canary-0-Password"


@pytest.fixture
def desk(scene, tmp_path):
    """A pool with a user whom no code would reach, and one who never signed in; the command beside it."""
    simulator, _, command = scene([BOB, NEW])
    (tmp_path / "temporary").mkdir()
    command.environ |= {"TMPDIR": str(tmp_path / "temporary")}
    yield simulator, command
    assert list((tmp_path / "temporary").iterdir()) == []
    said = command.everything_said()
    assert not any(secret in said for secret in (*SECRETS.values(), CHOSEN))


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.close()


def test_a_reset_that_would_strand_the_user_offers_the_way_that_then_works(desk, tmp_path):
    simulator, command = desk
    stranding = command("user", "reset", "bob@example.com", *IN, "--yes")
    assert stranding.code == 1
    assert "locked out" in stranding.out
    (offered,) = (
        line.removeprefix("instead").split()[1:] for line in stranding.out.splitlines() if "--verify" in line
    )
    assert offered == ["user", "reset", "bob", "--verify", "email", *IN]
    assert (
        simulator.counters.all_calls()
        .keys()
        .isdisjoint({"AdminResetUserPassword", "AdminUpdateUserAttributes"})
    )

    run = tmp_path / "evidence.run"
    done = command(*offered, "--yes", "--keep", run, "--reason", "TICKET-1")
    assert done.code == 0, done.err
    bob = simulator.user(DEMO_POOL_ID, "bob")
    assert (bob.status, bob.email_verified) == ("RESET_REQUIRED", True)
    assert simulator.outbox.counts() == {"bob": 1}
    report = command.report(run)
    assert [row["outcome"] for row in report["rows"]] == ["done"]
    assert report["reason"] == "TICKET-1"


def test_one_object_tells_a_machine_and_nothing_is_done_where_nobody_can_be_asked(desk):
    simulator, command = desk
    verify = ("user", "verify", "bob", *IN, "--json")
    unasked = command(*verify)
    assert unasked.code == 2
    assert "add --yes" in unasked.err
    told = json.loads(unasked.out)
    assert (told["decision"], told["steps"], told["outcome"]) == ("do", ["verify-email"], "")
    assert not simulator.user(DEMO_POOL_ID, "bob").email_verified

    done = command(*verify, "--yes")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["outcome"], told["run"], told["calls"]["AdminUpdateUserAttributes"]) == ("done", "", 1)


def test_the_question_is_asked_after_the_plan_and_a_password_twice_and_unseen(desk, terminal):
    simulator, command = desk
    command.environ |= {"TERM": "xterm-256color", "COLUMNS": "120"}
    ends = dict.fromkeys(("stdin", "stdout", "stderr"), terminal.there)
    running = command.start("user", "set-password", "bob", *IN, "--permanent", **ends)
    terminal.wait_for("Carry this out for bob? [y/N]")
    assert "somebody has to hand the new password over" in terminal.screen
    terminal.type("y\n")
    terminal.wait_for("Password:")
    terminal.type(f"{CHOSEN}\n")
    terminal.wait_for("Repeat for confirmation:")
    terminal.type(f"{CHOSEN}\n")
    terminal.wait_for("done")
    assert running.wait().code == 0
    assert CHOSEN not in terminal.screen
    assert simulator.user(DEMO_POOL_ID, "bob").password == CHOSEN

    running = command.start("user", "disable", "bob", *IN, **ends)
    terminal.wait_for("Carry this out for bob? [y/N]")
    terminal.type("n\n")
    assert running.wait().code == 3
    assert simulator.user(DEMO_POOL_ID, "bob").enabled


def test_a_password_comes_by_standard_input_or_is_made_and_then_alone_on_stdout(desk, tmp_path):
    simulator, command = desk
    secrets = tmp_path / "secrets.json"
    secrets.write_text(json.dumps({"password": CHOSEN}), encoding="utf-8")
    with secrets.open("rb") as stdin:
        given = command("user", "set-password", "bob", *IN, "--yes", "--secrets-stdin", stdin=stdin)
    assert given.code == 0, given.err
    bob = simulator.user(DEMO_POOL_ID, "bob")
    assert (bob.password, bob.status) == (CHOSEN, "FORCE_CHANGE_PASSWORD")

    made = command("user", "set-password", "bob", *IN, "--yes", "--generate", "--permanent")
    assert made.code == 0, made.err
    assert made.out == f"{simulator.user(DEMO_POOL_ID, 'bob').password}\n"
    assert made.out.strip() not in made.err


def test_a_user_is_shown_with_what_each_goal_would_do(desk):
    _, command = desk
    shown = command("user", "show", "new@example.com", *IN, "--json")
    assert shown.code == 0, shown.err
    told = json.loads(shown.out)
    assert (told["username"], told["status"], told["email"]) == (
        "new",
        "FORCE_CHANGE_PASSWORD",
        "n…@example.com",
    )
    assert told["goals"]["force-reset"]["reason"] == "already-must-change"
