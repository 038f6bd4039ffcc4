"""Passwords of the manifest: taken only by consent from a private file, set as they are, and never copied."""

from __future__ import annotations

import pytest
from command import verified_users

from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

USERS = verified_users(4)
CHOSEN = {"user-0000": "Chosen-by-Ada-1", "user-0001": "Chosen-by-Ben-2", "user-0002": "Chosen-by-Ben-2"}
SET = "AdminSetUserPassword"


@pytest.fixture
def desk(scene, tmp_path):
    """A job whose manifest gives passwords to all users but the last."""

    def made(mode=0o600, consent=("given-passwords",), column="password", handout=True, **simulator):
        simulator, desk, command = scene(USERS, **simulator)
        manifest = desk.folder / "users.csv"
        lines = [
            f"username,{column},team",
            *(f"{user.username},{CHOSEN.get(user.username, '')},a" for user in USERS),
        ]
        manifest.write_text("\n".join(lines) + "\n")
        manifest.chmod(mode)
        key = tmp_path / "key.txt"
        recipient = command("handout", "keygen", "--out", key).out.strip()
        more = {"handout": {"recipients": [recipient]}} if handout else {}
        desk.job(manifest, goal="permanent-password", consent=list(consent), **more)
        return simulator, desk, command, manifest, key

    return made


def passwords(simulator):
    return {user.username: simulator.user(DEMO_POOL_ID, user.username).password for user in USERS}


def test_chosen_passwords_are_set_through_a_kill_and_are_nowhere_but_in_the_manifest(desk):
    simulator, place, command, manifest, key = desk()
    planned = command("plan", "job.yaml", "--out", "a.run", "--json")
    assert planned.code == 0, planned.err
    shown = command("show", "a.run").out
    assert "GIVEN PASSWORDS" in shown
    assert "3 users get a password that whoever made the manifest knows; 2 of them share theirs" in shown
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation=SET, usernames=frozenset({"user-0001"})))
    runner = command.start("apply", "a.run", "--confirm", planned.status["digest"])
    assert hanging.wait_struck()
    runner.kill()
    simulator.faults.clear()
    ended = command("resume", "a.run", "--json")
    assert ended.code == 0, ended.err
    now = passwords(simulator)
    made = now.pop("user-0003")
    assert now == CHOSEN

    assert command("handout", "open", "a.run", "--identity", key, "--out", "passwords.csv").code == 0
    assert (place.folder / "passwords.csv").read_text().splitlines() == [
        "username,password",
        f"user-0003,{made}",
    ]
    for format_name in ("csv", "json"):
        command("report", "a.run", "--format", format_name, "--out", f"report.{format_name}")
    assert command("retry", "a.run", "--out", "retry.csv").code == 0
    assert command("show", "a.run", "--format", "csv", "--out", "plan.csv").code == 0
    assert command("check", "a.run").code == 0
    places = (place.folder, command._outputs)
    files = [file for one in places for file in one.rglob("*") if file.is_file() and file != manifest]
    for file in files:
        for chosen in CHOSEN.values():
            assert chosen.encode() not in file.read_bytes(), file
    assert "team" in (place.folder / "report.csv").read_text().splitlines()[0]


def test_without_a_consent_a_column_of_passwords_is_refused_and_read_no_further(desk):
    simulator, _, command, manifest, _ = desk(consent=())
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 2
    assert f"{manifest.name}:1: there is a column of passwords" in refused.err
    assert "consent: [given-passwords]" in refused.err
    assert "Chosen" not in refused.err
    assert not simulator.counters.calls("ListUsers")


@pytest.mark.parametrize("column", ["Temporary Password", "passwd", "new_password"])
def test_passwords_by_another_name_are_not_carried_to_the_report(desk, column):
    _, _, command, _, _ = desk(column=column)
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 2
    assert "seems to hold passwords; rename it to `password`" in refused.err


def test_a_manifest_that_others_may_read_is_refused_at_plan_and_at_apply(desk):
    _, _, command, manifest, _ = desk(mode=0o640)
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert (refused.code, f"chmod 600 {manifest}" in refused.err) == (3, True)
    manifest.chmod(0o600)
    digest = command.plan("a.run")
    manifest.chmod(0o644)
    late = command("apply", "a.run", "--confirm", digest)
    assert (late.code, f"chmod 600 {manifest}" in late.err) == (3, True)


def test_a_manifest_that_changed_or_went_is_refused_at_apply(desk):
    simulator, _, command, manifest, _ = desk()
    digest = command.plan("a.run")
    text = manifest.read_text()
    manifest.write_text(text.replace("Chosen-by-Ada-1", "Chosen-by-Eve-1"))
    changed = command("apply", "a.run", "--confirm", digest)
    assert (changed.code, "has changed since the plan" in changed.err) == (3, True)
    manifest.unlink()
    gone = command("apply", "a.run", "--confirm", digest)
    assert (gone.code, "which is not there" in gone.err) == (3, True)
    assert not simulator.counters.calls(SET)


def test_a_user_without_a_password_is_named_where_none_is_made(desk):
    _, _, command, manifest, _ = desk(handout=False)
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 2
    assert f"{manifest.name}:5: this user is to be given a password, and has none" in refused.err


def test_a_password_that_cognito_cannot_take_is_a_problem_of_its_row(desk):
    _, _, command, manifest, _ = desk()
    manifest.write_text(manifest.read_text().replace("Chosen-by-Ada-1", "Chosen by Ada"))
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 2
    assert f"{manifest.name}:2: Cognito takes passwords of up to 256 characters without spaces" in refused.err
    assert "Chosen by" not in refused.err


def test_a_password_that_the_policy_of_the_pool_forbids_is_refused_by_its_line(desk):
    _, place, command, manifest, _ = desk()
    manifest.write_text(manifest.read_text().replace("Chosen-by-Ada-1", "Qz-7x"))
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 2
    assert f"{manifest.name}:2: the pool does not take this password; write one of at least" in refused.err
    assert "Qz-7x" not in refused.err
    assert not (place.folder / "a.run").exists()


def test_a_run_of_given_passwords_alone_says_that_there_is_nothing_to_open(desk):
    _, _, command, manifest, key = desk(handout=False)
    manifest.write_text("".join(manifest.read_text().splitlines(keepends=True)[:-1]))
    command.plan("a.run")
    refused = command("handout", "open", "a.run", "--identity", key, "--out", "passwords.csv")
    assert refused.code == 2
    assert "the manifest gave all passwords of this run; look there" in refused.err
