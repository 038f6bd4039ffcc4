"""The contract that scripts rely on: commands, status keys, report columns, exit codes."""

from __future__ import annotations

import csv
import json
import shutil

from command import until, verified_users
from edits import edited

from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind, SeedUser

STATUS_KEYS = ["run", "state", "digest", "goal", "rows", "outcomes", "calls", "throttled", "rate"]
ROWS_KEYS = ["total", "do", "skip", "block", "invalid"]
OUTCOME_KEYS = ["done", "failed", "unknown", "drifted", "skipped", "blocked", "invalid", "not-attempted"]
REPORT_COLUMNS = [
    "row",
    "identifier",
    "username",
    "decision",
    "reason",
    "steps",
    "outcome",
    "error_code",
    "error_message",
    "attempts",
    "started_at",
    "finished_at",
    "request_id",
]
RESET = "AdminResetUserPassword"
READS = {"DescribeUserPool", "ListUsers", "ListUserPoolClients"}


def check_status(status):
    assert list(status) == STATUS_KEYS
    assert list(status["rows"]) == ROWS_KEYS
    assert list(status["outcomes"]) == OUTCOME_KEYS
    assert sum(status["outcomes"].values()) == status["rows"]["total"]
    assert all(isinstance(count, int) for count in status["calls"].values())
    assert all(set(rate) == {"granted", "used"} for rate in status["rate"].values())


def test_the_whole_job_runs_through_the_contracts_commands_alone(scene):
    users = verified_users(6)
    simulator, desk, command = scene([*users, SeedUser("nobody-reaches-me")])
    manifest = desk.folder / "users.csv"
    lines = ["username,dept,note", *(f"{user.username},=sum(1),a" for user in users)]
    lines += ["nobody-reaches-me,x,b", "ghost,y,c", f"{users[0].username},z,d"]
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")

    planned = command("plan", "job.yaml", "--out", "night.run", "--json")
    assert planned.code == 0
    check_status(planned.status)
    assert planned.status["state"] == "planned"
    assert planned.status["rows"] == {"total": 9, "do": 6, "skip": 1, "block": 2, "invalid": 0}
    digest = planned.status["digest"]
    assert simulator.counters.all_calls().keys() <= READS
    assert (desk.folder / "night.run").stat().st_mode & 0o777 == 0o600

    shown = command("show", "night.run")
    assert shown.code == 0
    assert shown.out.rstrip().endswith(f"digest {digest}")
    assert "no-contact" in shown.out
    assert "ghost" in shown.out

    applied = command("apply", "night.run", "--confirm", digest, "--json")
    assert applied.code == 1
    check_status(applied.status)
    assert applied.status["state"] == "finished"
    assert applied.status["outcomes"]["done"] == 6
    assert applied.status["outcomes"]["blocked"] == 2
    assert applied.status["outcomes"]["skipped"] == 1
    assert applied.status["calls"][RESET] == 6
    assert applied.status["rate"]["UserAccountRecovery"]["granted"] == 300

    status = command("status", "night.run", "--json")
    assert status.code == 0
    assert status.status == applied.status

    assert command("report", "night.run", "--format", "csv", "--out", "report.csv").code == 0
    with (desk.folder / "report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [*REPORT_COLUMNS, "dept", "note"]
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, 10)]
    assert [row[6] for row in rows[1:]] == ["done"] * 6 + ["blocked", "blocked", "skipped"]
    assert rows[1][-2:] == ["'=sum(1)", "a"]
    assert all(row[12] for row in rows[1:7])

    report = command.report("night.run")
    assert report["status"] == applied.status
    assert [event["event"] for event in report["events"]] == [
        "planned",
        "confirmed",
        "taken-up",
        "running",
        "finished",
    ]
    assert [list(row) for row in report["rows"]] == [[*REPORT_COLUMNS, "manifest"]] * 9
    assert report["rows"][0]["manifest"] == {"dept": "=sum(1)", "note": "a"}
    assert simulator.outbox.counts() == {user.username: 1 for user in users}


def test_a_run_in_which_every_row_is_done_or_skipped_as_planned_exits_0(scene):
    users = [*verified_users(3), SeedUser("done-before", status="RESET_REQUIRED")]
    simulator, _, command = scene(users)
    applied = command.plan_and_apply("a.run")
    assert applied.code == 0
    assert applied.status["outcomes"]["skipped"] == 1
    assert len(simulator.outbox) == 3


def test_a_wrong_or_missing_digest_is_refused_without_any_call(scene):
    simulator, desk, command = scene(verified_users(3))
    digest = command.plan("a.run")
    before = simulator.counters.all_calls()
    missing = command("apply", "a.run")
    assert missing.code == 3
    assert "bulkreset show a.run" in missing.err
    for wrong in ("", "0" * 64, digest[:-1], digest[:12] + "…"):
        refused = command("apply", "a.run", "--confirm", wrong)
        assert refused.code == 3
        assert "digest" in refused.err
    assert simulator.counters.all_calls() == before
    assert command("status", "a.run", "--json").status["state"] == "planned"
    assert desk.folder.joinpath("a.run").exists()


def test_resume_of_a_run_that_was_never_confirmed_is_refused_without_any_call(scene):
    simulator, _, command = scene(verified_users(3))
    command.plan("a.run")
    before = simulator.counters.all_calls()
    refused = command("resume", "a.run")
    assert refused.code == 3
    assert "never confirmed" in refused.err
    assert simulator.counters.all_calls() == before


EDITS = [
    "UPDATE plan SET username = 'user-0002' WHERE username = 'user-0000'",
    "UPDATE plan SET steps = 'reset-password' WHERE row = 2",
    "DELETE FROM plan WHERE row = 1",
    (
        "INSERT INTO plan SELECT 99, 9, kind, identifier, username, decision, reason, steps, state,"
        " contact, problem, 99, wave, medium, overrides FROM plan WHERE row = 1"
    ),
    "UPDATE meta SET value = json_set(value, '$.pool_id', 'us-east-1_Other') WHERE key = 'environment'",
    """UPDATE meta SET value = json_set(value, '$.client_metadata', json('{"a":"b"}')) WHERE key = 'job'""",
]


def test_an_edited_run_file_is_refused_without_any_call(scene):
    simulator, desk, command = scene(verified_users(3))
    digest = command.plan("a.run")
    before = simulator.counters.all_calls()
    for number, edit in enumerate(EDITS):
        shutil.copy(desk.folder / "a.run", desk.folder / f"{number}.run")
        edited(desk.folder / f"{number}.run", edit)
        refused = command("apply", f"{number}.run", "--confirm", digest)
        assert refused.code == 3, edit
        assert "plan again" in refused.err
    assert simulator.counters.all_calls() == before
    assert command("apply", "a.run", "--confirm", digest).code == 0


def test_run_with_yes_plans_and_applies_and_without_it_is_refused(scene):
    simulator, desk, command = scene(verified_users(3))
    refused = command("run", "job.yaml", "--out", "a.run")
    assert refused.code == 3
    assert "--yes" in refused.err
    assert simulator.counters.all_calls() == {}
    assert not desk.folder.joinpath("a.run").exists()
    ran = command("run", "job.yaml", "--out", "a.run", "--yes", "--json")
    assert ran.code == 0
    check_status(ran.status)
    assert len(simulator.outbox) == 3


def test_a_plan_over_the_caps_is_refused_with_the_numbers_and_leaves_nothing(scene):
    simulator, desk, command = scene(verified_users(12), environment={"caps": {"max_users": 5}})
    listing = sorted(desk.folder.iterdir())
    for line in (("plan",), ("run", "--yes")):
        refused = command(line[0], "job.yaml", "--out", "a.run", *line[1:])
        assert refused.code == 3
        assert "changes 12 users and caps.max_users is 5" in refused.err
        assert "12 of the pool's 12 users (100.0%)" in refused.err
    assert sorted(desk.folder.iterdir()) == listing
    assert simulator.counters.all_calls().keys() <= READS


def test_a_second_runner_on_the_same_file_exits_5_while_the_first_goes_on(scene):
    patient = {"timeouts": {"connect_seconds": 2, "read_seconds": 60}}
    simulator, desk, command = scene(verified_users(5), environment=patient)
    digest = command.plan("a.run")
    armed = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET, times=1))
    first = command.start("apply", "a.run", "--confirm", digest, "--json")
    assert armed.wait_struck()
    (desk.folder / "same.run").symlink_to("a.run")
    for second in (("resume", "a.run"), ("apply", "a.run", "--confirm", digest), ("resume", "same.run")):
        refused = command(*second)
        assert refused.code == 5
        assert "bulkreset watch" in refused.err
    assert command("status", "a.run", "--json").status["state"] == "running"
    simulator.faults.clear()
    assert first.wait().code == 0
    assert simulator.outbox.counts() == {user.username: 1 for user in verified_users(5)}


def test_status_tells_a_running_run_from_one_whose_runner_was_killed(scene):
    simulator, _, command = scene(verified_users(5))
    digest = command.plan("a.run")
    armed = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET, times=1))
    runner = command.start("apply", "a.run", "--confirm", digest)
    assert armed.wait_struck()
    until(
        lambda: command("status", "a.run", "--json").status["outcomes"]["done"] == 4,
        "the other rows in the status",
    )
    running = command("status", "a.run", "--json").status
    check_status(running)
    assert running["state"] == "running"
    runner.kill()
    stopped = command("status", "a.run", "--json").status
    check_status(stopped)
    assert stopped["state"] == "stopped"
    assert stopped["outcomes"]["unknown"] == 1
    simulator.faults.clear()
    assert command("resume", "a.run").code == 0
    assert simulator.outbox.counts() == {user.username: 1 for user in verified_users(5)}


def test_access_denied_in_the_middle_exits_3_and_the_run_can_be_resumed(scene):
    simulator, _, command = scene(verified_users(20), environment={"concurrency": 2})
    digest = command.plan("a.run")
    simulator.faults.add(Fault(FaultKind.ACCESS_DENIED, operation=RESET, first=6))
    denied = command("apply", "a.run", "--confirm", digest, "--json")
    assert denied.code == 3
    assert "cognito-idp:AdminResetUserPassword" in denied.err
    status = command("status", "a.run", "--json").status
    assert status["state"] == "stopped"
    assert status["outcomes"]["unknown"] == status["outcomes"]["failed"] == 0
    assert status["outcomes"]["not-attempted"] > 0
    simulator.faults.clear()
    assert command("resume", "a.run").code == 0
    assert simulator.outbox.counts() == {user.username: 1 for user in verified_users(20)}


def test_json_status_comes_last_on_stdout_also_where_access_was_lost_in_the_middle(scene):
    simulator, _, command = scene(verified_users(5))
    digest = command.plan("a.run")
    simulator.faults.add(Fault(FaultKind.EXPIRED_TOKEN, operation=RESET))
    denied = command("apply", "a.run", "--confirm", digest, "--json")
    assert denied.code == 3
    assert denied.out, "nothing on stdout"
    check_status(denied.status)
    assert denied.status["state"] == "stopped"


def test_a_finished_run_is_finished_and_calls_nobody_again(scene):
    simulator, _, command = scene(verified_users(3))
    digest = command.plan("a.run")
    assert command("apply", "a.run", "--confirm", digest).code == 0
    before = simulator.counters.all_calls()
    assert command("resume", "a.run").code == 0
    assert command("apply", "a.run", "--confirm", digest).code == 0
    assert simulator.counters.all_calls() == before


BAD_USAGE = [
    ("plan",),
    ("plan", "job.yaml"),
    ("plan", "missing.yaml", "--out", "a.run"),
    ("plan", "job.yaml", "--out", "missing/a.run"),
    ("plan", "job.yaml", "--out", "."),
    ("plan", "job.yaml", "--out", "a.run", "--snapshot", "job.yaml"),
    ("fly", "job.yaml"),
    ("show", "missing.run"),
    ("status", "missing.run", "--json"),
    ("status", "job.yaml"),
    ("apply", "missing.run", "--confirm", "x"),
    ("apply", "job.yaml", "--confirm", "x"),
    ("resume", "missing.run"),
    ("report", "missing.run", "--out", "a.csv"),
]


def test_bad_usage_exits_2_and_says_what_is_wrong(scene):
    simulator, desk, command = scene(verified_users(1))
    listing = sorted(desk.folder.iterdir())
    for line in BAD_USAGE:
        refused = command(*line)
        assert refused.code == 2, f"{line}: {refused.err}"
        assert refused.err.strip()
        assert "Traceback" not in refused.err
        assert refused.out == ""
        assert sorted(path for path in desk.folder.iterdir() if path.suffix != ".lock") == listing
    assert simulator.counters.all_calls() == {}


def test_of_two_plans_of_one_name_the_later_is_refused_and_the_first_stands(scene):
    simulator, desk, command = scene(verified_users(2))
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation="ListUsers", times=1))
    late = command.start("plan", "job.yaml", "--out", "a.run")
    assert hanging.wait_struck()
    command.plan("a.run")
    first = (desk.folder / "a.run").read_bytes()
    hanging.release()
    refused = late.wait()
    assert refused.code == 2
    assert "appeared meanwhile" in refused.err
    assert (desk.folder / "a.run").read_bytes() == first
    assert not list(desk.folder.glob(".*"))


def test_a_plan_does_not_replace_a_run_file(scene):
    _, desk, command = scene(verified_users(2))
    command.plan("a.run")
    before = (desk.folder / "a.run").read_bytes()
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 2
    assert "a run file is evidence" in refused.err
    assert (desk.folder / "a.run").read_bytes() == before


def test_a_run_file_works_from_anywhere_and_under_any_name(scene):
    simulator, desk, command = scene(verified_users(2))
    nested = desk.folder / "evidence of ünïted?#%20 night"
    nested.mkdir()
    run = nested / "näch te.run"
    digest = command.plan(run.relative_to(desk.folder))
    applied = command("apply", "näch te.run", "--confirm", digest, "--json", cwd=nested)
    assert applied.code == 0
    assert applied.status["run"] == "näch te.run"
    up = f"../{nested.name}/näch te.run"
    assert command("status", up, "--json", cwd=nested).status["state"] == "finished"
    assert command("report", run, "--out", "bericht ü.csv").code == 0
    assert (desk.folder / "bericht ü.csv").exists()
    assert len(simulator.outbox) == 2


def test_the_json_report_is_one_object_and_counts_every_row_once(scene):
    simulator, _, command = scene(verified_users(4))
    simulator.faults.add(
        Fault(FaultKind.REFUSE, operation=RESET, usernames=frozenset({"user-0002"}), message="No – “no”")
    )
    assert command.plan_and_apply("a.run").code == 1
    report = command.report("a.run")
    assert json.loads(json.dumps(report)) == report
    assert [row["row"] for row in report["rows"]] == [1, 2, 3, 4]
    assert report["rows"][2]["outcome"] == "failed"
    assert report["rows"][2]["error_code"] == "InvalidParameterException"
    assert "No – “no”" in report["rows"][2]["error_message"]
    assert simulator.user(DEMO_POOL_ID, "user-0002").status == "CONFIRMED"
