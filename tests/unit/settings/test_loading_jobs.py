from __future__ import annotations

from pathlib import Path

import pytest

from bulkreset.errors import InputError
from bulkreset.settings.job import Job
from bulkreset.settings.loading import LoadedJob, load_job

JOB = """\
environment: ../configs/production.yaml
goal: force-reset
manifest: users.csv
policy: {unverified: verify-email, not_changed_since: "2026-11-20T23:00:00+01:00", protected: [admin, "4711"]}
reason: INC-4711
"""


@pytest.fixture
def job_path(write) -> Path:
    write("pool_id: us-east-1_AbCdEf123\n", "configs/production.yaml")
    write("username\nana\n", "jobs/users.csv")
    return write(JOB, "jobs/job.yaml")


@pytest.fixture
def loaded(job_path: Path, goal_keys) -> LoadedJob:
    return load_job(job_path, goal_keys)


def test_paths_are_relative_to_the_job_file(loaded: LoadedJob, tmp_path: Path) -> None:
    assert loaded.job_path == tmp_path / "jobs" / "job.yaml"
    assert loaded.environment_path == tmp_path / "configs" / "production.yaml"
    assert loaded.manifest_path == tmp_path / "jobs" / "users.csv"


def test_paths_are_absolute_for_a_job_named_relatively(
    job_path: Path, tmp_path: Path, goal_keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(job_path.parent)
    loaded = load_job(Path("job.yaml"), goal_keys)
    assert loaded.environment_path == tmp_path / "configs" / "production.yaml"
    assert loaded.manifest_path == tmp_path / "jobs" / "users.csv"


def test_two_dots_after_a_symbolic_link_mean_what_the_system_means(write, tmp_path: Path, goal_keys) -> None:
    write("pool_id: us-east-1_Elsewhere\n", "elsewhere/configs/production.yaml")
    write("username\n", "elsewhere/jobs/users.csv")
    write(JOB, "elsewhere/jobs/job.yaml")
    (tmp_path / "jobs").symlink_to(tmp_path / "elsewhere" / "jobs")
    loaded = load_job(tmp_path / "jobs" / "job.yaml", goal_keys)
    assert loaded.environment.pool_id == "us-east-1_Elsewhere"
    assert loaded.environment_path.is_file()


def test_the_policy_holds_every_key_of_the_goal(loaded: LoadedJob) -> None:
    assert loaded.job.policy == {
        "sign_out": "after-reset",
        "unverified": "verify-email",
        "no_contact": "block",
        "not_changed_since": 1795212000.0,
        "protected": ("admin", "4711"),
    }


def test_what_a_job_leaves_out_has_a_safe_default(write, loaded: LoadedJob) -> None:
    assert (loaded.job.read, loaded.job.on_invalid, loaded.job.client_metadata) == ("auto", "refuse", {})


def test_a_job_survives_being_stored(loaded: LoadedJob) -> None:
    assert Job.model_validate_json(loaded.job.model_dump_json()) == loaded.job


def test_a_reason_may_be_folded_over_lines(job_path: Path, goal_keys) -> None:
    folded = "reason: >\n  INC-4711,\n  asked by J. Doe\n"
    job_path.write_text(JOB.replace("reason: INC-4711\n", folded), encoding="utf-8")
    assert load_job(job_path, goal_keys).job.reason == "INC-4711, asked by J. Doe"


@pytest.mark.parametrize("empty", ["policy:\n", "policy: {}\n", ""])
def test_an_empty_policy_means_the_defaults(write, job_path: Path, goal_keys, empty: str) -> None:
    lines = [line for line in JOB.splitlines(keepends=True) if not line.startswith("policy")]
    job_path.write_text("".join(lines) + empty, encoding="utf-8")
    assert load_job(job_path, goal_keys).job.policy["unverified"] == "block"


def test_problems_of_the_environment_name_its_own_file(write, job_path: Path, goal_keys) -> None:
    environment = write("pool_id: nowhere\nconcurency: 3\n", "configs/production.yaml")
    with pytest.raises(InputError) as refusal:
        load_job(job_path, goal_keys)
    assert [(problem.file, problem.line) for problem in refusal.value.problems] == [
        (environment, 1),
        (environment, 2),
    ]


def test_an_environment_that_is_not_yaml_is_told_with_the_problems_of_the_job(
    write, job_path: Path, goal_keys
) -> None:
    environment = write("pool_id: 'open\n", "configs/production.yaml")
    job_path.write_text(JOB + "reson: x\n", encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_job(job_path, goal_keys)
    assert [problem.file for problem in refusal.value.problems] == [job_path, environment]


def test_a_path_that_leads_in_a_circle_is_a_problem_and_no_crash(
    write, job_path: Path, tmp_path: Path, goal_keys
) -> None:
    (tmp_path / "jobs" / "loop").symlink_to("loop")
    job_path.write_text(JOB.replace("users.csv", "loop"), encoding="utf-8")
    with pytest.raises(InputError, match=r":3:11: manifest .*loop cannot be read"):
        load_job(job_path, goal_keys)


@pytest.mark.parametrize("written", ["5", "[a]", "{a: b}", '"a\\0b"', "true", f'"{"x" * 5000}"'])
@pytest.mark.parametrize("key", ["environment", "manifest"])
def test_what_is_no_path_is_told_at_its_place(job_path: Path, goal_keys, key: str, written: str) -> None:
    lines = [f"{key}: {written}" if line.startswith(key) else line for line in JOB.splitlines()]
    job_path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_job(job_path, goal_keys)
    (problem,) = refusal.value.problems
    assert (problem.file, problem.column) == (job_path, len(key) + 3)
