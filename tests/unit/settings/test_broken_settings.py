"""Each case file ends in `# expect` lines: every problem of it, word for word and in order."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import yaml

from bulkreset.errors import InputError
from bulkreset.settings import yaml_positions
from bulkreset.settings.loading import load_environment, load_job
from bulkreset.settings.policy import GoalKeys

CASES = Path(__file__).parents[2] / "cases" / "broken_settings"
NAMES = sorted(path.name for path in CASES.glob("*.yaml"))
EXPECT = "# expect "


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_is_told_with_its_place_and_advice(
    name: str, goal_keys: GoalKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CASES)
    path = Path(name)
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix(EXPECT) for line in lines if line.startswith(EXPECT)]
    load = partial(load_job, path, goal_keys) if name.startswith("job") else partial(load_environment, path)
    with pytest.raises(InputError) as refusal:
        load()
    assert str(refusal.value).splitlines() == expected
    assert all(problem.advice for problem in refusal.value.problems)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "environment-tab.yaml"])
def test_the_slow_parser_tells_the_same_but_for_words_on_syntax(
    name: str, goal_keys: GoalKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_positions, "PARSER", yaml.SafeLoader)
    test_every_problem_is_told_with_its_place_and_advice(name, goal_keys, monkeypatch)


def test_there_are_cases_of_both_files() -> None:
    assert len([name for name in NAMES if name.startswith("job")]) >= 20
    assert len([name for name in NAMES if name.startswith("environment")]) >= 20
