"""Passwords in memory stay there: with debug logging, through a crash, a traceback and an abort."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys

import pytest
from command import SECRETS, verified_users

from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

SET = "AdminSetUserPassword"
USERS = verified_users(4)

NOISY = """
import logging, boto3
for name in ("", "boto3", "botocore", "botocore.endpoint", "urllib3"):
    boto3.set_stream_logger(name, logging.DEBUG)
"""
"""Somebody wants to see everything that goes over the wire."""

BROKEN = """
from bulkreset.cognito.calls import PoolCalls
def call(self, action, username, enclosed=None):
    target = (action, username, enclosed.password, enclosed.password.reveal())
    raise RuntimeError(f"a bug on the way of {target[:3]}")
PoolCalls.call = call
"""
"""A bug right where the password is in hand."""


@pytest.fixture
def handout(scene, tmp_path):
    """A job that hands out temporary passwords, with some code that runs before the command's own."""

    def made(first="", goal="temporary-password"):
        simulator, desk, command = scene(USERS)
        key = tmp_path / "key.txt"
        recipient = command("handout", "keygen", "--out", key).out.strip()
        desk.job([user.username for user in USERS], goal=goal, handout={"recipients": [recipient]})
        folder = tmp_path / "first"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(first)
        command.environ["PYTHONPATH"] = os.pathsep.join([str(folder), *sys.path])
        return simulator, desk, command, key

    return made


def passwords(simulator):
    states = [simulator.user(DEMO_POOL_ID, user.username) for user in USERS]
    return [state.password for state in states if state.status == "FORCE_CHANGE_PASSWORD"]


def everything(desk, command, *but):
    """All bytes that the commands left behind or said."""
    places = (desk.folder, command._outputs)
    files = [file for place in places for file in place.rglob("*") if file.is_file() and file not in but]
    return b"\0".join(file.read_bytes() for file in files)


def assert_tells_nothing(written, secrets):
    assert len(secrets) >= 1
    for secret in [*secrets, *SECRETS.values()]:
        assert secret.encode() not in written
        assert repr(secret.encode())[2:-1].encode() not in written


def test_debug_logs_of_the_libraries_tell_no_password(handout):
    simulator, desk, command, key = handout(NOISY)
    ran = command("run", "job.yaml", "--out", "a.run", "--yes", "--json", "--log-format", "json")
    assert ran.code == 0, ran.err
    opened = command("handout", "open", "a.run", "--identity", key, "--out", "passwords.csv")
    assert opened.code == 0
    for format_name in ("csv", "json"):
        command("report", "a.run", "--format", format_name, "--out", f"report.{format_name}")
    for verb in ("show", "status", "audit", "check"):
        assert command(verb, "a.run").code == 0
    assert len(passwords(simulator)) == len(USERS)
    assert_tells_nothing(everything(desk, command, desk.folder / "passwords.csv"), passwords(simulator))
    assert all(secret in (desk.folder / "passwords.csv").read_text() for secret in passwords(simulator))


def test_a_traceback_tells_no_password(handout):
    _, desk, command, key = handout(BROKEN)
    ran = command("run", "job.yaml", "--out", "a.run", "--yes", "--json")
    assert ran.code == 70
    assert "RuntimeError: a bug on the way of" in ran.err
    assert "Secret(…)" in ran.err
    opened = command("handout", "open", "a.run", "--identity", key, "--out", "passwords.csv")
    assert opened.code == 0, opened.err
    sealed = [line.split(",")[1] for line in (desk.folder / "passwords.csv").read_text().splitlines()[1:]]
    assert_tells_nothing(everything(desk, command, desk.folder / "passwords.csv"), sealed)


def test_an_aborted_runner_leaves_no_core(handout):
    def unlimited():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    simulator, desk, command, _ = handout()
    plain = subprocess.run(
        [sys.executable, "-c", "import os; os.abort()"], cwd=desk.folder, preexec_fn=unlimited, check=False
    )
    assert plain.returncode == -signal.SIGABRT
    cores = list(desk.folder.glob("core*"))
    if not cores:
        pytest.skip("this system writes no cores beside a process")
    for core in cores:
        core.unlink()
    digest = command.plan("a.run")
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation=SET, after_effect=True))
    runner = command.start("apply", "a.run", "--confirm", digest, preexec_fn=unlimited)
    assert hanging.wait_struck(4)
    runner.signal(signal.SIGABRT)
    runner.process.wait()
    assert runner.process.returncode == -signal.SIGABRT
    assert list(desk.folder.glob("core*")) == []
    assert_tells_nothing(everything(desk, command), passwords(simulator))
