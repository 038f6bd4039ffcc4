"""Passwords that AWS Secrets Manager hands out, through kills at bad moments; by the real command."""

from __future__ import annotations

import csv
import shutil

from command import until, verified_users

from bulkreset.flow.handout import open_handout
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

USERS = 200
SET = "AdminSetUserPassword"
PREFIX = "passwords/inc-4711"


JOB = {
    "goal": "temporary-password",
    "policy": {"sign_out": "none"},
    "handout": {"secrets_manager": {"prefix": PREFIX}},
}


def opened(path):
    found = {}
    with path.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["username"], []).append(line["password"])
    return found


def in_force(simulator, users):
    states = [simulator.user(DEMO_POOL_ID, user.username) for user in users]
    return {one.username: one.password for one in states if one.status == "FORCE_CHANGE_PASSWORD"}


def test_whenever_the_runner_is_killed_every_password_in_force_is_in_a_secret(scene, tmp_path):
    users = verified_users(USERS)
    simulator, desk, command = scene(users, job=JOB)
    digest = command.plan("a.run")
    shown = command("show", "a.run").out
    assert f"passwords go to AWS Secrets Manager, under {PREFIX}: at least 1 secret, one per batch" in shown

    def killed(running, copy):
        """What the file says at that moment, and the passwords in force."""
        running.kill()
        (tmp_path / copy).mkdir()
        for file in desk.folder.glob("a.run*"):
            shutil.copy(file, tmp_path / copy)
        open_handout(tmp_path / copy / "a.run", None, tmp_path / copy / "passwords.csv")
        return opened(tmp_path / copy / "passwords.csv"), in_force(simulator, users)

    simulator.account.refused["CreateSecret"] = "AccessDeniedException"
    refused = command("apply", "a.run", "--confirm", digest)
    assert (refused.code, "secretsmanager:CreateSecret of passwords" in refused.err) == (3, True)
    assert "`bulkreset iam-policy JOB` prints what it takes" in refused.err
    simulator.account.refused.clear()

    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation="CreateSecret", after_effect=True))
    running = command.start("resume", "a.run")
    assert hanging.wait_struck()
    assert killed(running, "while-storing") == ({}, {})
    simulator.faults.remove(hanging)

    running = command.start("resume", "a.run")
    until(lambda: simulator.counters.calls(SET) >= USERS // 3, "a third of the calls")
    candidates, met = killed(running, "while-setting")
    assert met
    assert {name for name, password in met.items() if password not in candidates[name]} == set()

    ended = command("resume", "a.run")
    assert ended.code == 0, ended.err
    assert "with access to the secrets: bulkreset handout open a.run --out passwords.csv" in ended.out
    told = command("handout", "open", "a.run", "--out", tmp_path / "passwords.csv")
    assert f"{USERS} passwords" in told.out
    final = {name: one for name, (one,) in opened(tmp_path / "passwords.csv").items()}
    assert final == in_force(simulator, users)
    assert len(final) == USERS
    assert command("check", "a.run").code == 0

    kept = b"\0".join(file.read_bytes() for file in desk.folder.iterdir() if file.is_file())
    everything = kept + command.everything_said().encode()
    assert not any(password.encode() in everything for password in {*final.values(), *met.values()})

    purged = command("handout", "purge", "a.run", "--yes")
    assert "secrets were deleted; AWS keeps them for 7 days" in purged.out
    assert 3 <= int(purged.out.split()[0]) <= 7, "a secret costs money by the month"
    assert command("handout", "open", "a.run", "--out", tmp_path / "late.csv").code == 3
