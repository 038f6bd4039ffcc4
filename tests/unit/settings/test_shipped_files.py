"""The files that ship, and those that `bulkreset init` writes, load as they are."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from bulkreset.errors import InputError
from bulkreset.goals.registry import policy_keys
from bulkreset.settings.loading import load_environment, load_job
from bulkreset.settings.schema import environment_schema, job_schema
from bulkreset.settings.templates import POOL_ID_TO_FILL_IN, starter_files
from bulkreset.settings.yaml_positions import read_settings

ROOT = Path(__file__).parents[3]
MODELINE = "# yaml-language-server: $schema="


@pytest.mark.parametrize("path", sorted(ROOT.glob("jobs/*.yaml")), ids=lambda path: path.name)
def test_every_shipped_job_loads(path: Path) -> None:
    assert load_job(path, policy_keys()).environment_path.is_file()


@pytest.mark.parametrize("path", sorted(ROOT.glob("configs/*.yaml")), ids=lambda path: path.name)
def test_every_shipped_environment_loads(path: Path) -> None:
    load_environment(path)


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("jobs/*.yaml"), *ROOT.glob("configs/*.yaml")]), ids=lambda path: path.name
)
def test_every_shipped_file_points_an_editor_at_its_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert (path.parent / first.removeprefix(MODELINE)).is_file()


def test_no_shipped_job_reaches_a_real_pool_before_it_is_edited() -> None:
    for path in ROOT.glob("jobs/*.yaml"):
        endpoint = load_job(path, policy_keys()).environment.endpoint_url
        assert endpoint == "http://127.0.0.1:5566", path


@pytest.fixture
def starter(write, tmp_path: Path) -> Path:
    for name, text in starter_files(policy_keys()).items():
        write(text, name)
    return tmp_path


def test_the_starter_asks_for_nothing_but_the_pool_id(starter: Path) -> None:
    with pytest.raises(InputError) as refusal:
        load_job(starter / "job.yaml", policy_keys())
    (problem,) = refusal.value.problems
    assert problem.file == starter / "environment.yaml"
    assert POOL_ID_TO_FILL_IN in problem.message


def test_the_starter_loads_with_the_defaults_once_the_pool_id_is_filled_in(starter: Path) -> None:
    environment = starter / "environment.yaml"
    text = environment.read_text(encoding="utf-8").replace(POOL_ID_TO_FILL_IN, "eu-west-1_AbCdEf123")
    environment.write_text(text, encoding="utf-8")
    loaded = load_job(starter / "job.yaml", policy_keys())
    assert loaded.job.policy == {key.name: key.default for key in policy_keys()["force-reset"]}
    assert loaded.environment.region == "eu-west-1"


def test_the_starter_is_valid_for_an_editor(starter: Path) -> None:
    jsonschema.validate(read_settings(starter / "job.yaml").tree, job_schema(policy_keys()))
    tree = {**read_settings(starter / "environment.yaml").tree, "pool_id": "eu-west-1_AbCdEf123"}
    jsonschema.validate(tree, environment_schema())
    for name in ("job.yaml", "environment.yaml"):
        first = (starter / name).read_text(encoding="utf-8").splitlines()[0]
        assert (starter / first.removeprefix(MODELINE)).is_file()


def test_the_starter_knows_other_goals_too(goal_keys) -> None:
    assert (
        "goal: verify-contact\n" in starter_files({"verify-contact": goal_keys["verify-contact"]})["job.yaml"]
    )
