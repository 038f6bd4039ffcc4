"""The real command tells those whom its environment names; it is not held up, and gives no secret away."""

from __future__ import annotations

import json
import os
import re
import sys
import time

import pytest
from command import until, verified_users
from prometheus_client.parser import text_string_to_metric_families
from webhook import FAILS, HANGS, Webhook

from bulkreset.flow.report import reading
from bulkreset.simulator import DEMO_POOL_ID

TOKEN = "canary-token-T0A1B2C3D4E5"
USERS = verified_users(5)
NAMES = re.compile(r"user-\d{4}|example\.com")

PROGRAM = """\
import json, sys
with open("told.jsonl", "a") as file:
    print(json.dumps(json.load(sys.stdin)), file=file)
"""

NOISY = """
import logging
logging.basicConfig(level=logging.DEBUG)
for name in ("apprise", "urllib3", "requests"):
    logging.getLogger(name).setLevel(logging.DEBUG)
"""
"""Somebody wants to see everything that goes over the wire."""

BROKEN = """
from bulkreset.execution.executor import Executor
def run(self):
    raise RuntimeError("a bug")
Executor.run = run
"""


@pytest.fixture
def notified(scene):
    """A desk whose environment names a webhook, with its URL in a file, and whatever else is given."""

    def made(webhook, *targets, first="", job=None, **environment):
        _, desk, command = scene(USERS, job=job)
        kept = desk.folder / "hook.url"
        kept.write_text(f"json://{webhook.address}/{TOKEN}")
        kept.chmod(0o600)
        every = [{"url_from": {"file": "hook.url"}}, *targets]
        desk.environment(notify={"targets": every}, **environment)
        if first:
            code = desk.folder / "first"
            code.mkdir()
            (code / "sitecustomize.py").write_text(first)
            command.environ["PYTHONPATH"] = os.pathsep.join([str(code), *sys.path])
        return desk, command, kept

    return made


def everything(desk, command, *but):
    """All bytes that the commands left behind or said."""
    files = [path for path in desk.folder.rglob("*") if path.is_file() and path not in but]
    return command.everything_said().encode() + b"".join(path.read_bytes() for path in files)


def test_a_webhook_a_program_and_files_with_metrics_get_to_know_and_no_user_is_named(notified):
    program = {"command": [sys.executable, "program.py"], "events": ["stop", "finish"]}
    metrics = {"textfile": "a.prom", "emf": "emf.log"}
    job = {"waves": [2, "rest"], "between": "1s", "reason": "asked by user-0001"}
    with Webhook() as webhook:
        desk, command, kept = notified(webhook, program, metrics=metrics, job=job)
        (desk.folder / "program.py").write_text(PROGRAM)
        ran = command("run", "job.yaml", "--out", "a.run", "--yes", "--json", "--log-format", "json")
        assert ran.code == 0, ran.err
        titles = [body["title"].split(":")[0] for body in webhook.received]
        assert titles == ["bulkreset start", "bulkreset wave-done", "bulkreset finish"]
        assert not NAMES.search(json.dumps(webhook.received))
    (payload,) = [json.loads(line) for line in (desk.folder / "told.jsonl").read_text().splitlines()]
    assert (payload["kind"], payload["outcomes"]["done"]) == ("finish", 5)
    assert payload["digest"] == ran.status["digest"]

    prom, emf = ((desk.folder / name).read_text() for name in metrics.values())
    rows = next(one for one in text_string_to_metric_families(prom) if one.name == "bulkreset_rows")
    assert {one.labels["outcome"]: one.value for one in rows.samples}["done"] == 5
    assert {json.loads(line)["pool_id"] for line in emf.splitlines()} == {DEMO_POOL_ID}
    assert not NAMES.search(json.dumps(payload) + prom + emf)
    assert TOKEN.encode() not in everything(desk, command, kept)


def test_a_webhook_that_hangs_keeps_no_command_from_ending(notified):
    with Webhook(HANGS) as webhook:
        desk, command, _ = notified(webhook)
        running = command.start("run", "job.yaml", "--out", "a.run", "--yes", "--log-format", "json")
        until(lambda: running.is_over, "the end of the command")
        ended_at = time.time()
        assert running.wait().code == 0
        with reading(desk.folder / "a.run") as reader:
            events = {event.kind: event for event in reader.events()}
        # The command's own end is in it, and whatever else this machine does meanwhile.
        assert ended_at - events["finished"].at < 3
        assert events["not-notified"].detail["why"].endswith("not taken by the end of the run")
        told = [json.loads(line) for line in running.err.splitlines()]
        assert [(one["who"], one["why"]) for one in told if one["event"] == "not notified"] == [
            tuple(events["not-notified"].detail.values())
        ]


def test_debug_logs_tell_no_token_nor_does_quiet_keep_quiet_of_whoever_was_not_told(notified):
    with Webhook(FAILS) as webhook:
        desk, command, kept = notified(webhook, first=NOISY)
        ran = command("run", "job.yaml", "--out", "a.run", "--yes", "--quiet")
        assert ran.code == 0
        assert "not notified: target 1" in ran.err
        assert "it answered with status 500" in ran.err
        assert TOKEN.encode() not in everything(desk, command, kept)


def test_a_bug_is_told_as_a_stop_and_its_traceback_tells_no_token(notified):
    with Webhook() as webhook:
        program = {"command": [sys.executable, "program.py"]}
        desk, command, kept = notified(webhook, program, first=BROKEN)
        (desk.folder / "program.py").write_text(PROGRAM)
        ran = command("run", "job.yaml", "--out", "a.run", "--yes")
        assert ran.code == 70
        assert "RuntimeError: a bug" in ran.err
        payloads = [json.loads(line) for line in (desk.folder / "told.jsonl").read_text().splitlines()]
        assert [(one["kind"], one["cause"]) for one in payloads] == [("start", None), ("stop", "broke-off")]
        assert TOKEN.encode() not in everything(desk, command, kept)
