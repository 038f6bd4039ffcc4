"""The ready files for cron, systemd and Kubernetes: sound, and the command accepts what they start."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bulkreset.cli.run import command as run

CRON = Path(__file__).parents[2] / "examples" / "cron"
LINE = {"yes": True, "resume_latest": True, "quiet": True}
PATIENCE_SECONDS = 10.0

FIELD = re.compile(r"\*(/\d+)?|\d+(-\d+)?(/\d+)?(,\d+(-\d+)?)*")
LARGEST = (59, 23, 31, 12, 7)
TIME = re.compile(r"\*-\*-\* (\d\d)(,\d\d)*:\d\d:\d\d (?P<zone>\S+)")


def asked(words):
    """What the command understands of its arguments. Raises click's error for what it does not accept."""
    name, *arguments = words
    assert Path(name).name == "bulkreset"
    assert arguments.pop(0) == "run"
    with run.make_context("run", arguments) as context:
        return context.params


def assert_is_the_line_for_cron(words):
    """Accepted, and fit to be started again and again."""
    params = asked(words)
    assert {name: params[name] for name in LINE} == LINE
    assert params["job"].suffix == ".yaml"
    return params


def times_of_cron(schedule):
    """Asserts that the five fields are ones that every cron knows."""
    fields = schedule.split()
    assert len(fields) == len(LARGEST)
    for field, largest in zip(fields, LARGEST, strict=True):
        assert FIELD.fullmatch(field), field
        assert all(int(number) <= largest for number in re.findall(r"\d+", field)), field


def crontab_lines():
    lines = (CRON / "crontab").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def test_the_lines_of_the_crontab_are_settings_and_commands_that_bulkreset_accepts():
    settings = [line for line in crontab_lines() if re.match(r"[A-Z]+=", line)]
    entries = [line for line in crontab_lines() if line not in settings]
    assert {line.partition("=")[0] for line in settings} == {"MAILTO", "PATH"}
    assert "$" not in "".join(settings), "cron expands no variables there"
    assert entries
    for line in entries:
        *schedule, command = line.split(maxsplit=5)
        times_of_cron(" ".join(schedule))
        assert "%" not in command, "cron makes a line break of it"
        change_folder, _, called = command.partition(" && ")
        assert change_folder == "cd /srv/bulkreset"
        assert_is_the_line_for_cron(shlex.split(called))


def test_the_page_shows_the_line_of_the_crontab():
    page = (CRON.parents[1] / "docs" / "cron.md").read_text(encoding="utf-8")
    assert crontab_lines()[-1] in page


@pytest.fixture
def unit():
    """A unit's sections; of a key that stands several times, all values."""

    def read(name):
        parser = configparser.RawConfigParser(strict=False)
        parser.optionxform = str
        parser.read_string((CRON / name).read_text(encoding="utf-8"))
        return parser

    return read


def test_the_service_runs_a_command_that_bulkreset_accepts_in_folders_that_it_makes(unit):
    service = unit("bulkreset.service")["Service"]
    params = assert_is_the_line_for_cron(shlex.split(service["ExecStart"].replace("%S", "/var/lib")))
    made = {Path("/var/lib", folder) for folder in service["StateDirectory"].split()}
    assert params["out"] in made
    # platformdirs puts the state directory into a folder of our name.
    assert service["Environment"] == "XDG_STATE_HOME=%S"
    assert Path("/var/lib/bulkreset") in made
    assert service["Type"] == "oneshot"


def test_a_run_that_stopped_is_no_failure_of_the_service(unit):
    assert unit("bulkreset.service")["Service"]["SuccessExitStatus"].split() == ["4", "5"]


def test_the_timer_names_a_time_zone_that_exists(unit):
    time_of_day = TIME.fullmatch(unit("bulkreset.timer")["Timer"]["OnCalendar"])
    assert time_of_day
    assert ZoneInfo(time_of_day["zone"])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
@pytest.mark.parametrize("name", ["bulkreset.service", "bulkreset.timer"])
def test_systemd_finds_nothing_wrong_with_the_units(name, tmp_path):
    for path in CRON.glob("bulkreset.*"):
        text = path.read_text(encoding="utf-8")
        # systemd looks whether the program is there.
        (tmp_path / path.name).write_text(
            re.sub(r"(?<=ExecStart=)\S+", sys.executable, text), encoding="utf-8"
        )
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],  # noqa: S607 - wherever it is
        capture_output=True,
        text=True,
        check=False,
    )
    about_ours = [line for line in verified.stderr.splitlines() if "bulkreset." in line]
    if "Failed to" in verified.stderr and not about_ours:
        pytest.skip(verified.stderr.strip())
    assert about_ours == []


@pytest.fixture
def cron_job():
    claim, job = yaml.safe_load_all((CRON / "cronjob.yaml").read_text(encoding="utf-8"))
    assert claim["kind"] == "PersistentVolumeClaim"
    assert claim["spec"]["accessModes"] == ["ReadWriteOncePod"]
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    return job["spec"]


@pytest.fixture
def pod(cron_job):
    return cron_job["jobTemplate"]["spec"]["template"]["spec"]


def test_the_cron_job_runs_one_pod_at_a_time_and_tries_again_by_its_schedule_only(cron_job, pod):
    times_of_cron(cron_job["schedule"])
    assert ZoneInfo(cron_job["timeZone"])
    assert cron_job["concurrencyPolicy"] == "Forbid"
    job = cron_job["jobTemplate"]["spec"]
    assert job["backoffLimit"] == 0
    assert pod["restartPolicy"] == "Never"
    for rule in job["podFailurePolicy"]["rules"]:
        assert "onExitCodes" not in rule, "`Ignore` of an exit code starts the next pod at once"


def test_the_pod_has_no_rights_that_it_does_not_need(pod):
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["fsGroup"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_run_files_and_state_directory_are_on_the_volume_and_every_mount_has_its_volume(pod):
    (container,) = pod["containers"]
    mounts = {mount["name"]: Path(mount["mountPath"]) for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert mounts.keys() == volumes.keys()
    assert "persistentVolumeClaim" in volumes["data"]
    (called,) = (line for line in container["args"][0].splitlines() if line.startswith("bulkreset "))
    params = assert_is_the_line_for_cron(shlex.split(called.removesuffix(" &")))
    assert params["out"].is_relative_to(mounts["data"])
    assert params["job"].is_relative_to(mounts["jobs"])
    variables = {variable["name"]: Path(variable["value"]) for variable in container["env"]}
    assert variables["XDG_STATE_HOME"].is_relative_to(mounts["data"])
    assert variables["HOME"].is_relative_to(mounts["tmp"])


@pytest.fixture
def start(pod, tmp_path):
    """Starts the pod's script with a shell program in the place of bulkreset."""

    def start(program):
        (container,) = pod["containers"]
        (script,) = container["args"]
        stand_in = tmp_path / "bin" / "bulkreset"
        stand_in.parent.mkdir()
        stand_in.write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
        stand_in.chmod(0o755)
        return subprocess.Popen(
            [*container["command"], script.replace("/data", str(tmp_path))],
            env={**os.environ, "PATH": f"{stand_in.parent}:{os.environ['PATH']}"},
            cwd=tmp_path,
        )

    return start


@pytest.mark.parametrize(
    ("program", "code"),
    [(f"exit {code}", code) for code in (0, 1, 2, 3, 70)]
    + [("exit 4", 0), ("exit 5", 0), ("kill -9 $$", 128 + signal.SIGKILL)],
)
def test_kubernetes_sees_a_failure_in_all_but_done_stopped_and_busy(start, program, code):
    assert start(program).wait(PATIENCE_SECONDS) == code


@pytest.mark.parametrize(("ends_with", "code"), [(4, 0), (3, 3)])
def test_sigterm_reaches_the_run_and_the_pod_ends_with_it(start, tmp_path, ends_with, code):
    program = f"trap 'echo told >told; exit {ends_with}' TERM\n: >ready\nwhile :; do sleep 0.05; done"
    pod = start(program)
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not (tmp_path / "ready").exists():
        assert time.monotonic() < ends_at
        time.sleep(0.01)
    pod.send_signal(signal.SIGTERM)
    assert pod.wait(PATIENCE_SECONDS) == code
    assert (tmp_path / "told").read_text(encoding="utf-8") == "told\n"
