"""Every case of tests/cases/plans is planned as it says, and every line of every decision table has one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from case_library import (
    FOLDERS,
    LIBRARY,
    Planned,
    Seen,
    choices_of,
    expected,
    lines_of,
    planned,
    says,
    watched_decisions,
)

from bulkreset.goals.base import Goal
from bulkreset.goals.registry import goals
from bulkreset.planning.reasons import MEANINGS

FEWEST = 60
SHORTEST_SENTENCE = 40
KNOWN_FILES = {"pool.yaml", "job.yaml", "environment.yaml", "expected.csv", "refused.txt"}

every_case = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
every_goal = pytest.mark.parametrize("goal", goals().values(), ids=lambda goal: goal.name)


@cache
def outcome(folder: Path) -> tuple[Planned, Seen]:
    with TemporaryDirectory() as scratch, watched_decisions() as seen:
        return planned(folder, Path(scratch)), seen


@cache
def seen_in_plans() -> Seen:
    """What all cases together came by, but for those that are refused."""
    whole = Seen()
    for folder in FOLDERS:
        got, seen = outcome(folder)
        if not got.refusal:
            whole.lines.update(seen.lines)
            whole.choices.update(seen.choices)
    return whole


@every_case
def test_a_case_is_planned_as_it_says(folder):
    wanted, (got, _) = expected(folder), outcome(folder)

    columns = wanted.rows[0].keys() if wanted.rows else ()
    shown = tuple({name: row[name] for name in columns} for row in got.rows)
    assert Planned(shown, got.refusal) == wanted


def test_every_case_says_in_one_sentence_what_it_shows():
    told = {folder.name: says(folder) for folder in FOLDERS}

    assert not {
        name: sentence
        for name, sentence in told.items()
        if not sentence.endswith(".") or ". " in sentence or len(sentence) <= SHORTEST_SENTENCE
    }


def test_every_case_has_the_files_of_a_case_and_no_others():
    for folder in FOLDERS:
        names = {path.name for path in folder.iterdir()}
        job = (folder / "job.yaml").read_text(encoding="utf-8")
        assert all(name in job for name in names - KNOWN_FILES), folder.name
        assert "pool.yaml" in names, folder.name
        assert ("expected.csv" in names) != ("refused.txt" in names), folder.name


def test_no_folder_of_the_library_is_passed_over():
    assert {path for path in LIBRARY.iterdir() if path.is_dir()} == set(FOLDERS)
    assert len(FOLDERS) >= FEWEST


@every_goal
def test_every_line_of_every_decision_table_has_a_case(goal):
    """Also a value that lets the next rules decide: for each a case goes by it."""
    missing = set(lines_of(goal)) - seen_in_plans().lines
    told = [
        f"rule {line.number} ({line.reason}) with {line.value or 'any policy'}" for line in sorted(missing)
    ]

    assert not told, f"tests/cases/plans has no case of {goal.name} for: {'; '.join(told)}"


@every_goal
def test_every_value_of_a_key_that_shapes_the_steps_has_a_case_in_which_there_is_something_to_do(goal):
    asked_by_rules = {rule.policy for rule in goal.rules}
    wanted = {choice for choice in choices_of(goal) if choice[1] not in asked_by_rules}

    assert not wanted - seen_in_plans().choices


def test_reasons_that_no_goal_gives_have_cases_too():
    given = {row["reason"] for folder in FOLDERS for row in outcome(folder)[0].rows}

    assert MEANINGS.keys() <= given


@every_goal
def test_every_goal_that_refuses_pools_has_a_case_of_it(goal):
    if goal.refusal is Goal.__dataclass_fields__["refusal"].default:
        return
    refusals = [outcome(folder)[0].refusal for folder in FOLDERS]

    assert any(f"{goal.name} is not possible in pool" in refusal for refusal in refusals)


def test_a_line_without_a_case_is_named(monkeypatch):
    """The test above must be able to fail."""
    goal = goals()["force-reset"]
    last = max(lines_of(goal), key=lambda line: line.number)
    bare = Seen(seen_in_plans().lines - {last}, seen_in_plans().choices)
    monkeypatch.setitem(globals(), "seen_in_plans", lambda: bare)

    with pytest.raises(AssertionError, match=rf"rule {last.number} \(ready\) with any policy"):
        test_every_line_of_every_decision_table_has_a_case(goal)
