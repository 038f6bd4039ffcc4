"""What is read from a run file: what is left to do, what became of each row, and in what order."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pandas as pd
import pytest
from factories import new_run, plan_row

from bulkreset.ledger.connection import open_for_writing
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader, outcome_of
from bulkreset.ledger.schema import LAST_STEP, ROW_OUTCOME
from bulkreset.ledger.states import Outcome, StepState

WAYS = {
    None: [],
    StepState.IN_FLIGHT: [StepState.IN_FLIGHT],
    StepState.PENDING: [StepState.IN_FLIGHT, StepState.PENDING],
    StepState.UNKNOWN: [StepState.IN_FLIGHT, StepState.UNKNOWN],
    StepState.DONE: [StepState.IN_FLIGHT, StepState.DONE],
    StepState.FAILED: [StepState.IN_FLIGHT, StepState.FAILED],
    StepState.DRIFTED: [StepState.DRIFTED],
}
"""How a step gets into each state; None is a step that was never begun."""

NEXT_STATES = [state for state in WAYS if state is not StepState.DONE]

STEPS = ("enable-user", "verify-email", "reset-password", "sign-out")
DECISIONS = ("do", "skip", "block", "invalid")

CASES = [
    (decision, STEPS[:length], done, state)
    for decision in DECISIONS
    for length in range(1, len(STEPS) + 1)
    for done in range(length + 1)
    for state in (NEXT_STATES if done < length else [None])
]
"""Every decision, number of steps, number of them done, and state of the next one."""


def way(row: int, steps: tuple[str, ...], done: int, state: StepState | None) -> Iterable[StepChange]:
    for ordinal in range(done):
        for step in WAYS[StepState.DONE]:
            yield StepChange(row, ordinal, steps[ordinal], step, 1)
    for step in WAYS[state]:
        yield StepChange(row, done, steps[done], step, 1)


@pytest.fixture
def reader(tmp_path):
    """A run file with a row for each of CASES, numbered from 1."""
    rows = [
        plan_row(number, decision=decision, steps=" ".join(steps))
        for number, (decision, steps, _, _) in enumerate(CASES, start=1)
    ]
    with open_for_writing(new_run(tmp_path / "run.db", rows)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        changes = [
            change
            for number, (_, steps, done, state) in enumerate(CASES, start=1)
            for change in way(number, steps, done, state)
        ]
        Journal(connection).record(changes, {})
        yield RunReader(connection)


def expected(decision: str, steps: tuple[str, ...], done: int, state: StepState | None) -> Outcome:
    """The outcome in the words of the design, told without looking at either implementation."""
    if decision != "do":
        return {"skip": Outcome.SKIPPED, "block": Outcome.BLOCKED, "invalid": Outcome.INVALID}[decision]
    if done == len(steps):
        return Outcome.DONE
    return {
        StepState.FAILED: Outcome.FAILED,
        StepState.DRIFTED: Outcome.DRIFTED,
        StepState.UNKNOWN: Outcome.UNKNOWN,
        StepState.IN_FLIGHT: Outcome.UNKNOWN,
    }.get(state, Outcome.NOT_ATTEMPTED)


def test_each_row_has_the_outcome_that_its_furthest_step_says(reader):
    outcomes = [row.outcome for row in reader.report_rows()]

    assert outcomes == [expected(*case) for case in CASES]


def test_python_and_the_file_count_the_same_outcomes(reader):
    counted = pd.Series([row.outcome for row in reader.report_rows()]).value_counts().to_dict()

    assert reader.outcomes() == counted


def test_python_and_the_file_agree_on_every_single_row(reader):
    by_file = dict(
        reader._pairs(
            f"SELECT plan.row, {ROW_OUTCOME} FROM plan"  # noqa: S608 - our own text
            f" LEFT JOIN ({LAST_STEP}) AS last ON last.row = plan.row"
        )
    )

    for row in reader.report_rows():
        decision, steps, _, _ = CASES[row.row - 1]
        assert by_file[row.row] == row.outcome == outcome_of(decision, steps, row.records)


def test_what_is_unsettled_was_sent_and_has_no_answer(reader):
    unsettled = {
        number
        for number, (decision, _, _, state) in enumerate(CASES, start=1)
        if decision == "do" and state in (StepState.IN_FLIGHT, StepState.UNKNOWN)
    }

    assert {work.row for work in reader.unsettled()} == unsettled


def test_what_is_left_to_do_is_whatever_may_be_called_without_a_doubt(reader):
    left = {
        number
        for number, (decision, steps, done, state) in enumerate(CASES, start=1)
        if decision == "do" and state in (None, StepState.PENDING) and done < len(steps)
    }

    assert {work.row for work in reader.backlog(-1, len(CASES))} == left


def test_nothing_is_both_unsettled_and_left_to_do(reader):
    unsettled = {work.row for work in reader.unsettled()}
    left = {work.row for work in reader.backlog(-1, len(CASES))}

    assert not unsettled & left


def test_rows_come_with_how_far_they_are(reader):
    for work in itertools.chain(reader.backlog(-1, len(CASES)), reader.unsettled()):
        _, steps, done, state = CASES[work.row - 1]
        assert work.steps == steps
        if work.last is None:
            assert (done, state) == (0, None)
        else:
            assert work.last.ordinal == (done if state else done - 1)
            assert work.last.state is (state or StepState.DONE)
            assert work.last.action == steps[work.last.ordinal]


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
def test_a_cursor_brings_every_row_once_in_order(reader, limit):
    whole = [work.row for work in reader.backlog(-1, len(CASES))]
    found: list[int] = []
    after = -1
    while rows := reader.backlog(after, limit):
        assert len(rows) <= limit
        found += [work.row for work in rows]
        after = found[-1]

    assert found == whole == sorted(whole)


def test_the_report_has_every_row_once_in_the_manifests_order(reader):
    assert [row.row for row in reader.report_rows()] == list(range(1, len(CASES) + 1))


def test_the_report_has_every_step_of_a_row_in_order(reader):
    for row in reader.report_rows():
        _, steps, done, state = CASES[row.row - 1]
        assert [record.ordinal for record in row.records] == list(range(done + bool(state)))
        assert [record.action for record in row.records] == list(steps[: done + bool(state)])


def test_decisions_are_counted(reader):
    counted = {name: sum(case[0] == name for case in CASES) for name in DECISIONS}

    assert reader.decisions() == counted


def test_groups_are_the_plan_by_decision_reason_and_steps_largest_first(tmp_path):
    rows = [
        *(plan_row(number) for number in range(1, 8)),
        *(plan_row(number, decision="skip", reason="disabled", steps="") for number in range(8, 10)),
        plan_row(10, steps="reset-password"),
    ]
    with open_for_writing(new_run(tmp_path / "run.db", rows)) as connection:
        groups = RunReader(connection).groups()

    assert [(group.decision, group.reason, group.steps, group.rows) for group in groups] == [
        ("do", "ready", ("reset-password", "sign-out"), 7),
        ("skip", "disabled", (), 2),
        ("do", "ready", ("reset-password",), 1),
    ]
    assert groups[0].examples == ("user-1", "user-2", "user-3")
    assert groups[1].examples == ("user-8", "user-9")


def test_an_empty_plan_has_nothing_in_it(tmp_path):
    with open_for_writing(new_run(tmp_path / "run.db", [])) as connection:
        reader = RunReader(connection)

        assert reader.groups() == []
        assert reader.outcomes() == {}
        assert list(reader.report_rows()) == []
        assert reader.backlog(-1, 10) == reader.unsettled() == []
