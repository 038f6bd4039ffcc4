"""Real runs tell real webhooks, programs and buses; whatever these do, the run is the same and soon over."""

from __future__ import annotations

import json
import logging
import os
import re
import stat
import sys
import threading
import time
from pathlib import Path

import boto3
import jsonschema
import pytest
from command import until, verified_users
from notices import NOTICE
from webhook import FAILS, HANGS, RESETS, TAKES, Webhook, refusing_address

from bulkreset.clock import SystemClock
from bulkreset.errors import InputError, Stopped
from bulkreset.flow import onlookers
from bulkreset.flow.carry_out import Watch, apply_run
from bulkreset.flow.followup.tell import tell_follow_up
from bulkreset.flow.terms import Terms
from bulkreset.flow.trial import tell_a_test
from bulkreset.notifications import command as command_module
from bulkreset.notifications.apprise import AppriseSender
from bulkreset.notifications.notice import FollowUp
from bulkreset.notifications.schema import notification_schema
from bulkreset.notifications.sender import Message, NotSent
from bulkreset.secrets.secret import Secret
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

TOKEN = "canary-token-T0A1B2C3D4E5"
NAMES = re.compile(r"user-\d{4}|example\.com")
USERS = verified_users(4)
USERNAMES = [user.username for user in USERS]
RESET = "AdminResetUserPassword"
A_SECOND = 1.0
"""What a run may be held up for by all of them together."""

PROGRAM = """\
import json, os, sys, time
folder = sys.argv[1]
told = json.load(sys.stdin)
with open(os.path.join(folder, "told.jsonl"), "a") as file:
    print(json.dumps({"payload": told, "environ": dict(os.environ)}), file=file)
if len(sys.argv) > 2:
    with open(os.path.join(folder, "pid"), "w") as file:
        file.write(str(os.getpid()))
    os.rename(os.path.join(folder, "pid"), os.path.join(folder, "hanging"))
    time.sleep(600)
"""


@pytest.fixture(scope="module", autouse=True)
def apprise_is_imported():
    """What takes long the first time must not decide what these runs have time for."""
    AppriseSender("warm", lambda: Secret("json://127.0.0.1:9/")).ready()


@pytest.fixture
def spent(monkeypatch):
    """How long the runs of this test were held up by those who look on, in seconds."""
    spent = []
    for name in ("look", "leave", "__init__"):
        genuine = getattr(onlookers.Onlookers, name)

        def timed(self, *args, genuine=genuine):
            began = time.monotonic()
            try:
                return genuine(self, *args)
            finally:
                spent.append(time.monotonic() - began)

        monkeypatch.setattr(onlookers.Onlookers, name, timed)
    return spent


@pytest.fixture
def told(tmp_path):
    """A program that writes down what it is told."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)

    def command(*more):
        return {"command": [sys.executable, str(path), str(tmp_path), *more]}

    def lines():
        file = tmp_path / "told.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    command.lines = lines
    return command


def failings(run, events):
    return [event.detail for event in events(run) if event.kind == "not-notified"]


def kinds(webhook):
    return [body["title"].removeprefix("bulkreset ").partition(":")[0] for body in webhook.received]


def test_a_run_in_waves_is_told_step_by_step(rehearse, monkeypatch):
    with Webhook() as webhook:
        monkeypatch.setenv("HOOK_URL", f"json://{webhook.address}/{TOKEN}")
        scene = rehearse(USERS)
        texts = {"start": "{{ run }}: {{ to_do }}", "wave-done": "of the environment"}
        scene.environment(notify={"targets": [{"url_from": {"env": "HOOK_URL"}}], "texts": texts})
        run = scene.plan(
            USERNAMES, waves=[1, "rest"], reason="user-0001", notify={"texts": {"wave-done": "of the job"}}
        )
        scene.apply(run)
        assert kinds(webhook) == ["start", "wave-done", "finish"]
        assert webhook.texts == [
            "0.run: 4",
            "of the job",
            "0.run is finished: 4 of 4 are done, 0 failed, 0 are unknown, 0 drifted.",
        ]
        assert [body["type"] for body in webhook.received] == ["info", "info", "success"]
        assert webhook.paths == [f"/{TOKEN}"] * 3
        assert not NAMES.search(json.dumps(webhook.received))
        assert failings(run, scene.events) == []


def test_too_many_failures_are_told_and_then_the_stop(rehearse, told):
    scene = rehearse(USERS)
    scene.environment(notify={"targets": [told()], "events": ["threshold", "stop"]})
    scene.simulator.faults.add(
        Fault(
            FaultKind.REFUSE,
            operation=RESET,
            code="UserLambdaValidationException",
            message="user-0001@example.com may not be reset",
        )
    )
    with pytest.raises(Stopped, match="too many rows failed"):
        scene.apply(scene.plan(USERNAMES, max_failed={"count": 1}, waves=[2, "rest"]))
    payloads = [line["payload"] for line in told.lines()]
    assert [(one["kind"], one["cause"], one["state"]) for one in payloads] == [
        ("threshold", "too-many-failed", "stopped"),
        ("stop", "too-many-failed", "stopped"),
    ]
    assert payloads[0]["outcomes"]["failed"] >= 2
    assert not NAMES.search(json.dumps(payloads))


def test_a_program_gets_the_payload_and_none_of_the_credentials(rehearse, told, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "canary-of-the-session")
    monkeypatch.setenv("HOOK_URL", f"json://{refusing_address()}/{TOKEN}")
    scene = rehearse(USERS)
    scene.environment(notify={"targets": [told(), {"url_from": {"env": "HOOK_URL"}}]})
    scene.apply(scene.plan(USERNAMES))
    lines = told.lines()
    assert [line["payload"]["kind"] for line in lines] == ["start", "finish"]
    for line in lines:
        jsonschema.validate(line["payload"], notification_schema())
        assert line["environ"]["BULKRESET_KIND"] == line["payload"]["kind"]
        assert not {name for name in line["environ"] if name.startswith(("AWS_", "HOOK", "HTTP"))}
    assert "canary" not in json.dumps(lines)
    assert not NAMES.search(json.dumps([line["payload"] for line in lines]))


@pytest.mark.parametrize("manner", [HANGS, FAILS, RESETS, "refuses"])
def test_a_bad_webhook_delays_a_run_by_less_than_a_second(rehearse, monkeypatch, spent, manner):
    with Webhook(manner if manner != "refuses" else TAKES) as webhook:
        address = refusing_address() if manner == "refuses" else webhook.address
        monkeypatch.setenv("HOOK_URL", f"json://{address}/{TOKEN}")
        scene = rehearse(USERS)
        scene.environment(notify={"targets": [{"url_from": {"env": "HOOK_URL"}}]})
        run = scene.plan(USERNAMES)
        assert scene.apply(run)["outcomes"]["done"] == len(USERS)
        assert sum(spent) < A_SECOND
        (failing,) = failings(run, scene.events)
        assert failing["who"] == "target 1 (variable HOOK_URL)"
        assert (
            failing["why"]
            == {
                HANGS: "2 not taken by the end of the run",
                FAILS: "it answered with status 500",
                RESETS: "no connection, or no answer in time",
                "refuses": "no connection, or no answer in time",
            }[manner]
        )
        assert TOKEN.encode() not in run.read_bytes()


def test_twenty_hanging_webhooks_cost_no_more_than_one(rehearse, spent):
    with Webhook(HANGS) as webhook:
        scene = rehearse(USERS)
        targets = [{"url": f"json://{webhook.address}/{number}"} for number in range(20)]
        scene.environment(notify={"targets": targets})
        run = scene.plan(USERNAMES)
        scene.apply(run)
        assert sum(spent) < A_SECOND
        assert len(failings(run, scene.events)) == 20


def test_a_bad_webhook_keeps_nothing_from_a_good_one(rehearse):
    with Webhook(HANGS) as bad, Webhook() as good:
        scene = rehearse(USERS)
        targets = [{"url": f"json://{bad.address}/"}, {"url": f"json://{good.address}/"}]
        scene.environment(notify={"targets": targets})
        scene.apply(scene.plan(USERNAMES))
        assert kinds(good) == ["start", "finish"]


def test_a_program_that_hangs_is_killed_with_all_that_it_started(rehearse, told, spent, tmp_path):
    scene = rehearse(USERS)
    scene.environment(notify={"targets": [told("hang")], "events": ["start"]})
    run = scene.plan(USERNAMES, waves=[1, "rest"], between="1s")
    scene.apply(run)
    assert (tmp_path / "hanging").exists()
    pid = int((tmp_path / "hanging").read_text())
    until(lambda: not _is_alive(pid), "the end of the program")
    assert sum(spent) < A_SECOND
    assert [one["why"] for one in failings(run, scene.events)] == ["1 not taken by the end of the run"]


def _is_alive(pid):
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_program_that_takes_too_long_is_ended_during_the_run(told, monkeypatch, tmp_path):
    monkeypatch.setattr(command_module, "TIMEOUT_SECONDS", 0.5)
    sender = command_module.CommandSender(told("hang")["command"])
    with pytest.raises(NotSent, match=r"did not end within 0\.5 s"):
        sender.send(Message("", "", "info", NOTICE.payload("x")))


def test_a_bus_of_eventbridge_gets_events_and_its_refusal_is_told(rehearse):
    scene = rehearse(USERS)
    scene.environment(notify={"targets": [{"event_bus": "default"}]})
    scene.apply(scene.plan(USERNAMES))
    assert scene.simulator.account.calls["PutEvents"] == 2

    scene.simulator.account.refused["PutEvents"] = "AccessDeniedException"
    again = scene.plan(USERNAMES, policy={"already_required": "send-again"})
    assert scene.apply(again)["outcomes"]["done"] == len(USERS)
    assert [one["why"] for one in failings(again, scene.events)] == ["AWS refused it: AccessDeniedException"]


def test_a_bus_that_hangs_delays_a_run_by_less_than_a_second(rehearse, spent):
    scene = rehearse(USERS)
    scene.environment(notify={"targets": [{"event_bus": "default"}]})
    scene.simulator.faults.add(Fault(FaultKind.HANG, operation="PutEvents", seconds=60))
    assert scene.apply(scene.plan(USERNAMES))["outcomes"]["done"] == len(USERS)
    assert sum(spent) < A_SECOND


def test_whoever_cannot_be_reached_as_it_is_set_up_is_named(rehearse, monkeypatch):
    monkeypatch.setenv("ODD_URL", f"nosuchservice://{TOKEN}")
    scene = rehearse(USERS)
    targets = [
        {"url_from": {"env": "NOT_SET"}},
        {"url_from": {"env": "ODD_URL"}},
        {"url_from": {"file": "none.url"}},
        {"command": ["./no-such-program"]},
    ]
    scene.environment(notify={"targets": targets})
    run = scene.plan(USERNAMES)
    scene.apply(run)
    found = {one["who"].partition(" (")[0]: one["why"] for one in failings(run, scene.events)}
    assert sorted(found.values()) == [
        "Apprise cannot use its URL",
        "it cannot be started: No such file or directory",
        "the environment variable NOT_SET is not set",
        "the file with the URL cannot be read: No such file or directory",
    ]


def test_a_token_is_in_no_log_of_any_library(rehearse, monkeypatch, caplog, capfd):
    for name in ("", "apprise", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, name)
    with Webhook(FAILS) as webhook:
        monkeypatch.setenv("HOOK_URL", f"json://user:{TOKEN}@{webhook.address}/{TOKEN}?+X-Key={TOKEN}")
        scene = rehearse(USERS)
        scene.environment(notify={"targets": [{"url_from": {"env": "HOOK_URL"}}]})
        scene.apply(scene.plan(USERNAMES))
        assert len(webhook.received) == 2
    captured = capfd.readouterr()
    assert TOKEN not in caplog.text + captured.out + captured.err
    assert "Failed to send" not in captured.err


def test_apprise_makes_no_threads_that_the_end_of_a_process_would_wait_for():
    with Webhook() as webhook:
        sender = AppriseSender("x", lambda: Secret(f"json://{webhook.address}/?format=html"))
        sender.send(Message("over", "done <all> & well", "success", {}))
        assert "&lt;all&gt;" in webhook.texts[0]
        assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]


def test_everybody_is_told_of_a_test_whatever_they_asked_for(rehearse, told, monkeypatch):
    with Webhook() as webhook, Webhook(FAILS) as broken:
        scene = rehearse(USERS)
        monkeypatch.setenv("BROKEN_URL", f"json://{broken.address}/{TOKEN}/")
        targets = [
            {"url": f"json://{webhook.address}/"},
            {"url_from": {"env": "BROKEN_URL"}},
            {**told(), "events": ["stop"]},
            {"url_from": {"env": "NOT_SET_URL"}},
        ]
        scene.environment(notify={"targets": targets, "events": "finish", "texts": {"finish": "over"}})
        found = {one.target: one.why for one in tell_a_test(scene.desk.job(USERNAMES), SystemClock())}
        assert webhook.texts == [
            f"This is a test: a run of force-reset on {DEMO_POOL_ID} would be told here."
        ]
    assert [why != "" for why in found.values()] == [False, True, False, True]
    assert "500" in found["target 2 (variable BROKEN_URL)"]
    assert TOKEN not in str(found)
    (line,) = told.lines()
    jsonschema.validate(line["payload"], notification_schema())
    assert (line["payload"]["kind"], line["payload"]["pool_id"]) == ("test", DEMO_POOL_ID)
    assert scene.simulator.counters.all_calls() == {}


def test_where_nobody_is_named_a_test_says_what_to_write(rehearse):
    scene = rehearse(USERS)
    with pytest.raises(
        InputError, match=r"environment\.yaml: this environment names nobody to tell; add `notify"
    ):
        tell_a_test(scene.desk.job(USERNAMES), SystemClock())


def test_a_follow_up_is_told_by_the_same_ways(rehearse, told):
    with Webhook() as webhook:
        scene = rehearse(USERS)
        targets = [{"url": f"json://{webhook.address}/"}, {**told(), "events": ["follow-up"]}]
        scene.environment(notify={"targets": targets})
        run = scene.plan(USERNAMES)
        scene.apply(run)
        assert tell_follow_up(run, FollowUp(4, 3, 1, milestone=75.0), SystemClock()) == []
        assert webhook.texts[-1] == "0.run: 3 of 4 users (75 %) have a new password, 1 have not."
    (line,) = told.lines()
    jsonschema.validate(line["payload"], notification_schema())
    assert line["payload"]["follow_up"] == {
        "users": 4,
        "changed": 3,
        "pending": 1,
        "changed_percent": 75.0,
        "milestone_percent": 75.0,
    }
    assert line["payload"]["id"].endswith("-75-follow-up")
    (trouble,) = tell_follow_up(run, FollowUp(4, 4, 0), SystemClock(), patience_seconds=5)
    assert trouble.target == "target 1 (webhook)"


def test_a_follow_up_starts_no_program_that_only_the_run_file_names(rehearse, told):
    scene = rehearse(USERS)
    environment = scene.environment(notify={"targets": [told()], "events": "follow-up"})
    run = scene.plan(USERNAMES)
    scene.apply(run)
    scene.environment()
    assert tell_follow_up(run, FollowUp(4, 4, 0), SystemClock()) == []
    assert told.lines() == []

    environment.unlink()
    (trouble,) = tell_follow_up(run, FollowUp(4, 4, 0), SystemClock())
    assert f"{environment}: the environment file of the run, which says whom, is gone" in trouble.why
    environment.write_text("pool_id: us-east-1_Another12\n")
    (trouble,) = tell_follow_up(run, FollowUp(4, 4, 0), SystemClock())
    assert "this is about pool us-east-1_Another12" in trouble.why
    assert told.lines() == []


def test_metrics_are_written_by_a_run_and_a_missing_folder_does_it_no_harm(rehearse, tmp_path):
    scene = rehearse(USERS)
    scene.environment(metrics={"textfile": "a.prom", "emf": "none/emf.log"})
    run = scene.plan(USERNAMES)
    assert scene.apply(run)["outcomes"]["done"] == len(USERS)
    text = (tmp_path / "a.prom").read_text()
    assert f'pool_id="{DEMO_POOL_ID}",run="0.run",state="finished"}} 1.0' in text
    assert not NAMES.search(text)
    assert stat.S_IMODE((tmp_path / "a.prom").stat().st_mode) & 0o044, "node_exporter is another user"
    (event,) = [event for event in scene.events(run) if event.kind == "not-measured"]
    assert event.detail == {"who": "emf", "why": "No such file or directory"}


def test_a_command_for_one_user_tells_nobody(rehearse, told):
    scene = rehearse(USERS)
    scene.environment(notify={"targets": [told()]}, metrics={"textfile": "a.prom"})
    run = scene.plan(USERNAMES[:1])
    watch = Watch(lambda _status: None, lambda _notebook: None, lambda: False)
    apply_run(run, lambda _digest: True, watch, SystemClock(), Terms(of_one_user=True))
    assert told.lines() == []
    assert not (scene.desk.folder / "a.prom").exists()


def test_the_simulator_takes_events_as_eventbridge_does(rehearse):
    scene = rehearse()
    client = boto3.client("events", endpoint_url=scene.simulator.endpoint_url, region_name="us-east-1")
    entry = {"Source": "bulkreset", "DetailType": "x", "Detail": "{}", "EventBusName": "default"}
    assert client.put_events(Entries=[entry])["FailedEntryCount"] == 0
    assert client.put_events(Entries=[{**entry, "Detail": "no json"}])["FailedEntryCount"] == 1
