"""Passwords at scale: each its own, each openable by the recipient at any moment, none in the clear."""

from __future__ import annotations

import csv
import random
import shutil
import stat
import time

import pytest
from command import until, verified_users

from bulkreset.flow.handout import open_handout
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

USERS = 5000
KILLS = 6
SET = "AdminSetUserPassword"
STRICT = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 14,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": True,
        }
    }
}
QUOTAS = {"share": 1.0} | {
    name: {"rate_per_second": 3000} for name in ("UserAccountRecovery", "UserList", "UserRead")
}


@pytest.fixture
def handout(scene, tmp_path):
    """A desk whose job hands passwords out, and the key that opens them, which is elsewhere."""

    def made(users, goal="temporary-password", **more):
        simulator, desk, command = scene(users, pool={"config": STRICT}, **more)
        key = tmp_path / "key.txt"
        made_key = command("handout", "keygen", "--out", key)
        assert made_key.code == 0, made_key.err
        recipient = made_key.out.strip()
        desk.job(
            [user.username for user in users],
            goal=goal,
            policy={"sign_out": "none"},
            handout={"recipients": [recipient]},
        )
        return simulator, desk, command, key

    return made


def opened(path):
    with path.open(newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["username", "password"]
    found = {}
    for username, password in lines[1:]:
        found.setdefault(username, []).append(password)
    return found


@pytest.mark.early
def test_five_thousand_passwords_are_distinct_and_openable_through_kills_and_nowhere_in_the_clear(
    handout, tmp_path
):
    users = verified_users(USERS)
    simulator, desk, command, key = handout(
        users,
        environment={"quotas": QUOTAS, "read_back_after_seconds": 0.3, "caps": {"max_pool_fraction": 1}},
    )
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    digest = command.plan("a.run")
    rng = random.Random(8)  # noqa: S311 - reproducible, and no secret
    run = desk.folder / "a.run"
    seen = set()
    for number in range(KILLS):
        verb = ["apply", "a.run", "--confirm", digest] if number == 0 else ["resume", "a.run"]
        running = command.start(*verb)
        wanted = simulator.counters.calls(SET) + rng.randint(1, USERS // (KILLS + 2))
        until(lambda wanted=wanted: simulator.counters.calls(SET) >= wanted, f"{wanted} calls")
        time.sleep(rng.uniform(0.0, 0.01))
        running.kill()
        copy = tmp_path / f"killed-{number}"
        copy.mkdir()
        for file in desk.folder.glob("a.run*"):
            shutil.copy(file, copy)
        open_handout(copy / "a.run", key, copy / "passwords.csv")
        candidates = opened(copy / "passwords.csv")
        now = current(simulator, users)
        assert {name: password for name, password in now.items() if password not in candidates[name]} == {}
        seen.update(now.values())
        shutil.rmtree(copy)
    ended = command("resume", "a.run", "--json")
    assert ended.code == 0, ended.err
    assert ended.status["outcomes"]["done"] == USERS
    assert ended.status["calls"]["AdminGetUser"] >= 1, "the kills met nothing in flight"

    out = tmp_path / "passwords.csv"
    told = command("handout", "open", "a.run", "--identity", key, "--out", out)
    assert told.code == 0, told.err
    assert f"{USERS:,} passwords" in told.out
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    passwords = {name: one for name, (one,) in opened(out).items()}
    assert passwords == current(simulator, users)
    assert len(set(passwords.values())) == USERS
    assert all(simulator.user(DEMO_POOL_ID, name).status == "FORCE_CHANGE_PASSWORD" for name in passwords)
    assert {row["error_code"] for row in command.report("a.run")["rows"]} == {""}, "one was not accepted"
    assert command("check", "a.run").code == 0

    everything = everything_written(desk.folder, command)
    for password in seen.union(passwords.values()):
        assert password.encode() not in everything
    assert run.stat().st_mode & 0o077 == 0


def current(simulator, users):
    """The passwords of those who got one."""
    states = [simulator.user(DEMO_POOL_ID, user.username) for user in users]
    return {state.username: state.password for state in states if state.status == "FORCE_CHANGE_PASSWORD"}


def everything_written(folder, command):
    """All that the command left: its folder, its home with the state directory, and its output."""
    places = (folder, *(path.parent for path in [command.folder]), *[command._outputs])
    files = {file for place in places for file in place.rglob("*") if file.is_file()}
    return b"\0".join(file.read_bytes() for file in files if file.name != "passwords.csv")


def test_a_purged_hand_out_opens_no_more_and_the_rest_of_the_run_stays(handout, tmp_path):
    simulator, desk, command, key = handout(verified_users(3), goal="permanent-password")
    assert command.plan_and_apply("a.run").code == 0
    assert all(simulator.user(DEMO_POOL_ID, f"user-000{n}").status == "CONFIRMED" for n in range(3))
    unasked = command("handout", "purge", "a.run")
    assert (unasked.code, "add --yes" in unasked.err) == (3, True)
    other = tmp_path / "other.txt"
    assert command("handout", "keygen", "--out", other).code == 0
    wrong = command("handout", "open", "a.run", "--identity", other, "--out", "x.csv")
    assert (wrong.code, f"no key in {other} opens" in wrong.err) == (2, True)
    assert not (desk.folder / "x.csv").exists()

    assert "3 sealed passwords" in command("handout", "purge", "a.run", "--yes").out
    late = command("handout", "open", "a.run", "--identity", key, "--out", "x.csv")
    assert (late.code, "was purged" in late.err) == (3, True)
    assert b"age-encryption.org" not in (desk.folder / "a.run").read_bytes()
    assert command("check", "a.run").code == 0
    assert {row["outcome"] for row in command.report("a.run")["rows"]} == {"done"}


def test_a_run_that_is_purged_before_its_end_sets_no_password_that_nobody_could_open(handout):
    simulator, desk, command, _ = handout(verified_users(20), environment={"concurrency": 2})
    digest = command.plan("a.run")
    early = command("handout", "purge", "a.run", "--yes")
    assert (early.code, "0 sealed passwords" in early.out) == (0, True)
    simulator.faults.add(Fault(FaultKind.ACCESS_DENIED, operation=SET, first=6))
    assert command("apply", "a.run", "--confirm", digest).code != 0
    simulator.faults.clear()
    calls = simulator.counters.calls(SET)
    left = command("status", "a.run", "--json").status["outcomes"]["not-attempted"]

    purged = command("handout", "purge", "a.run", "--yes")
    assert f"writes the {left} rows left" in purged.out
    resumed = command("resume", "a.run")
    assert (resumed.code, "was purged" in resumed.err) == (3, True)
    assert simulator.counters.calls(SET) == calls
    assert command("retry", "a.run", "--out", "left.csv").code == 0
    assert len((desk.folder / "left.csv").read_text().splitlines()) > left
    assert command("check", "a.run").code == 0


def test_a_job_that_nobody_could_hand_out_is_refused_before_anything_is_called(scene):
    simulator, _, command = scene(verified_users(2), job={"goal": "temporary-password"})
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 3
    assert "nobody could hand out the passwords" in refused.err
    assert "bulkreset handout keygen" in refused.err
    assert not simulator.counters.calls(SET)
