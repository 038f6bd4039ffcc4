"""Broken manifests, jobs and environments: exit 2, every problem with its place and advice, nothing done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from command import verified_users

from bulkreset.simulator import Simulator

CASES = Path(__file__).parents[1] / "cases"
SETTINGS = CASES / "broken_settings"
MANIFESTS = CASES / "broken_manifests"

ENVIRONMENTS = [
    "environment-duplicate-key.yaml",
    "environment-endpoint-with-password.yaml",
    "environment-key-at-the-wrong-level.yaml",
    "environment-not-finite.yaml",
    "environment-numbers.yaml",
    "environment-python-tag.yaml",
    "environment-region-of-another-pool.yaml",
    "environment-tab.yaml",
    "environment-unknown-quota-category.yaml",
]
JOBS = [
    "job-everything-at-once.yaml",
    "job-later-keys.yaml",
    "job-policy-moments.yaml",
    "job-policy-values.yaml",
    "job-unknown-goal.yaml",
    "job-unknown-key.yaml",
    "job-without-environment-file.yaml",
    "job-without-manifest-file.yaml",
]
USERS = [
    "anchor-and-alias.yaml",
    "bad-users.yaml",
    "header-misspelt.csv",
    "header-only.csv",
    "header-without-identifier.csv",
    "identifiers.csv",
    "overrides.csv",
    "quote-never-closed.csv",
    "ragged-rows.csv",
    "syntax-colon.yaml",
    "tag.yaml",
    "two-documents.yaml",
]


def expected_in(path):
    mark = "# expect "
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(mark) for line in lines if line.startswith(mark)]


def listing(folder):
    return sorted((path, path.stat().st_size) for path in folder.rglob("*"))


@pytest.fixture(scope="module")
def aws():
    """What the command takes for AWS where an environment names no endpoint. Nobody may call it."""
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def refused(aws, command_in):
    """Plans a job of a folder, and checks that it ends as it should; what it told, line by line."""

    def refused(folder, job):
        command = command_in(folder, AWS_ENDPOINT_URL=aws.endpoint_url)
        before = listing(folder)
        ended = command("plan", job, "--out", "new.run")
        assert ended.code == 2, ended.err
        assert ended.out == ""
        assert listing(folder) == before
        assert aws.counters.all_calls() == {}
        return [line.removeprefix("bulkreset: ") for line in ended.err.splitlines()]

    return refused


@pytest.fixture
def cases(tmp_path):
    folder = tmp_path / "cases"
    shutil.copytree(SETTINGS, folder)
    return folder


@pytest.mark.parametrize("name", JOBS)
def test_every_problem_of_a_job_is_told_and_nothing_is_done(cases, refused, name):
    assert refused(cases, name) == expected_in(cases / name)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_problem_of_an_environment_is_told_and_nothing_is_done(cases, refused, name):
    job = {"environment": name, "goal": "force-reset", "manifest": "sound/users.csv"}
    (cases / "a-job.yaml").write_text(yaml.safe_dump(job), encoding="utf-8")
    assert refused(cases, "a-job.yaml") == expected_in(cases / name)


@pytest.mark.parametrize("name", USERS)
def test_every_problem_of_a_manifest_is_told_and_nothing_is_done(cases, refused, name):
    shutil.copy(MANIFESTS / name, cases / name)
    job = {"environment": "sound/environment.yaml", "goal": "force-reset", "manifest": name}
    (cases / "a-job.yaml").write_text(yaml.safe_dump(job), encoding="utf-8")
    expected = (MANIFESTS / f"{name}.expect").read_text(encoding="utf-8").splitlines()
    told = [line.replace(f"{cases}/", "") for line in refused(cases, "a-job.yaml")]
    assert told == expected


def test_rows_that_contradict_each_other_are_refused_with_both_lines(scene):
    simulator, desk, command = scene(verified_users(2))
    manifest = desk.folder / "users.csv"
    manifest.write_text(
        "username,email,goal\nuser-0000,,\n,user-0001@example.com,\n,user-0000@example.com,sign-out\n",
        encoding="utf-8",
    )
    before = listing(desk.folder)
    ended = command("plan", "job.yaml", "--out", "a.run")
    assert ended.code == 2
    assert "users.csv:4: this row asks for something else than line 2" in ended.err
    assert listing(desk.folder) == before
    assert simulator.counters.all_calls().keys() <= {"DescribeUserPool", "ListUsers"}


def test_on_invalid_report_carries_out_the_sound_rows_and_names_the_others(scene):
    simulator, desk, command = scene(verified_users(2), job={"on_invalid": "report"})
    lines = ["email,dept", "user-0000@example.com,a", "not-an-address,b", "user-0001@example.com,c"]
    (desk.folder / "users.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    applied = command.plan_and_apply("a.run")
    assert applied.code == 1
    assert applied.status["rows"]["invalid"] == applied.status["outcomes"]["invalid"] == 1
    row = command.report("a.run")["rows"][1]
    assert (row["row"], row["outcome"], row["identifier"]) == (2, "invalid", "not-an-address")
    assert "has no @" in row["error_message"]
    assert row["manifest"] == {"dept": "b"}
    assert len(simulator.outbox) == 2
