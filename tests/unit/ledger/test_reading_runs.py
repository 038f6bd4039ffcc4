"""What is read from a run file: what is left to do, what became of each row, and in what order."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable

import pandas as pd
import pytest
from factories import new_run, plan_row

from bulkreset.ledger.connection import open_for_writing
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.outcomes import LAST_STEP, ROW_OUTCOME, outcome_of
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.standing import recounted
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
    for done in range(length + 1 if decision == "do" else 1)
    for state in (NEXT_STATES if decision == "do" and done < length else [None])
]
"""Every decision, number of steps, number of them done, and state of the next one."""

WAVES = 3
EVERYTHING = (0, len(CASES) + 1, WAVES)


TO_DO = [number for number, case in enumerate(CASES, start=1) if case[0] == "do"]


def wave_of(turn: int) -> int:
    """Waves of 10 rows, 20 rows, and the rest."""
    return 1 if turn <= 10 else 2 if turn <= 30 else WAVES


def way(row: int, steps: tuple[str, ...], done: int, state: StepState | None) -> Iterable[StepChange]:
    for ordinal in range(done):
        for step in WAYS[StepState.DONE]:
            yield StepChange(row, ordinal, steps[ordinal], step, 1)
    for step in WAYS[state]:
        yield StepChange(row, done, steps[done], step, 1)


@pytest.fixture
def reader(tmp_path):
    """A run file with a row for each of CASES, numbered from 1, in three waves, and called in no order."""
    shuffled = random.Random(7).sample(range(1, len(TO_DO) + 1), len(TO_DO))  # noqa: S311 - any order
    turns = dict(zip(TO_DO, shuffled, strict=True))
    rows = [
        plan_row(number, decision=decision, steps=" ".join(steps))
        | ({"turn": turns[number], "wave": wave_of(turns[number])} if decision == "do" else {})
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
        map(
            tuple,
            reader._entries(
                f"SELECT plan.row, {ROW_OUTCOME} FROM plan"  # noqa: S608 - our own text
                f" LEFT JOIN ({LAST_STEP}) AS last ON last.row = plan.row"
            ),
        )
    )

    for row in reader.report_rows():
        decision, steps, _, _ = CASES[row.row - 1]
        states = [record.state for record in row.records]
        assert by_file[row.row] == row.outcome == outcome_of(decision, len(steps), states)


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

    assert {work.row for work in reader.backlog(*EVERYTHING)} == left


def test_nothing_is_both_unsettled_and_left_to_do(reader):
    unsettled = {work.row for work in reader.unsettled()}
    left = {work.row for work in reader.backlog(*EVERYTHING)}

    assert not unsettled & left


def test_rows_come_with_how_far_they_are(reader):
    for work in itertools.chain(reader.backlog(*EVERYTHING), reader.unsettled()):
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
    whole = [work.turn for work in reader.backlog(*EVERYTHING)]
    found: list[int] = []
    after = 0
    while rows := reader.backlog(after, limit, WAVES):
        assert len(rows) <= limit
        found += [work.turn for work in rows]
        after = found[-1]

    assert found == whole == sorted(whole)
    assert [work.row for work in reader.backlog(*EVERYTHING)] != sorted(
        work.row for work in reader.backlog(*EVERYTHING)
    ), "turns are not the manifest's order here"


def test_rows_of_later_waves_wait(reader):
    whole = reader.backlog(*EVERYTHING)
    for wave in range(1, WAVES + 1):
        found = reader.backlog(0, len(CASES), wave)

        assert found == [work for work in whole if work.wave <= wave]
        assert {work.wave for work in found} == set(range(1, wave + 1))
        assert all(work.wave == wave_of(work.turn) and work.medium == "email" for work in found)
    assert reader.backlog(0, len(CASES), 0) == []


def test_a_later_wave_waits_whatever_its_turns(tmp_path):
    rows = [plan_row(1, turn=1, wave=2), plan_row(2, turn=2, wave=1)]
    with open_for_writing(new_run(tmp_path / "run.db", rows)) as connection:
        assert [work.row for work in RunReader(connection).backlog(0, 9, 1)] == [2]


def test_what_is_unsettled_comes_by_turn(reader):
    turns = [work.turn for work in reader.unsettled()]

    assert len(turns) > 2
    assert turns == sorted(turns)


def test_every_wave_is_counted_as_its_rows_are(reader):
    expected_of_waves: dict[int, Counter[Outcome]] = defaultdict(Counter)
    for row in reader.report_rows():
        if row.decision == "do":
            expected_of_waves[row.wave][row.outcome] += 1

    assert reader.wave_progress() == expected_of_waves
    assert reader.wave_sizes() == {1: 10, 2: 20, 3: len(TO_DO) - 30}


def test_counting_as_rows_settle_is_counting_all_of_them(reader):
    by_looking = recounted(reader._connection)

    assert {wave: rows for wave, rows in by_looking.items() if wave} == reader.wave_progress()
    assert sum((Counter(rows) for rows in by_looking.values()), Counter()) == reader.outcomes()


def test_messages_that_may_have_gone_are_counted_by_medium(tmp_path):
    rows = [plan_row(number, medium="sms" if number > 4 else "email") for number in range(1, 8)]
    changes = [
        StepChange(1, 0, "reset-password", StepState.IN_FLIGHT, 1, called_at=99.9),
        StepChange(2, 0, "reset-password", StepState.IN_FLIGHT, 1, called_at=100.0),
        StepChange(3, 0, "reset-password", StepState.IN_FLIGHT, 1, called_at=101.0),
        StepChange(3, 0, "reset-password", StepState.DONE, 1, called_at=101.0),
        StepChange(3, 1, "sign-out", StepState.IN_FLIGHT, 1, called_at=102.0),
        StepChange(4, 0, "reset-password", StepState.IN_FLIGHT, 1, called_at=103.0),
        StepChange(4, 0, "reset-password", StepState.FAILED, 1, called_at=103.0),
        StepChange(5, 0, "reset-password", StepState.IN_FLIGHT, 1, called_at=104.0),
        StepChange(5, 0, "reset-password", StepState.UNKNOWN, 1, called_at=104.0),
        StepChange(6, 0, "reset-password", StepState.IN_FLIGHT, 1, called_at=105.0),
        StepChange(6, 0, "reset-password", StepState.PENDING, 1, called_at=105.0),
        StepChange(7, 0, "reset-password", StepState.DRIFTED, 0),
    ]
    with open_for_writing(new_run(tmp_path / "run.db", rows)) as connection:
        Journal(connection).record(changes, {})
        reader = RunReader(connection)

        assert reader.messages_called(100.0, ["reset-password"]) == {"email": 2, "sms": 1}
        assert reader.messages_called(0.0, ["reset-password", "resend-invitation"]) == {"email": 3, "sms": 1}
        assert reader.messages_called(0.0, ["sign-out"]) == {"email": 1}
        assert reader.messages_called(106.0, ["reset-password"]) == {}
        assert reader.messages_called(0.0, []) == {}


def test_a_report_row_says_what_a_new_manifest_needs(tmp_path):
    rows = [plan_row(1, kind="email", identifier="ada@example.com", overrides='{"goal":"sign-out"}')]
    with open_for_writing(new_run(tmp_path / "run.db", rows)) as connection:
        (row,) = RunReader(connection).report_rows()

    assert (row.kind, row.wave, row.overrides) == ("email", 1, '{"goal":"sign-out"}')


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


def test_groups_are_the_plan_by_decision_reason_steps_and_medium_largest_first(tmp_path):
    rows = [
        *(plan_row(number) for number in range(1, 8)),
        *(plan_row(number, decision="skip", reason="disabled", steps="") for number in range(8, 10)),
        plan_row(10, steps="reset-password"),
        plan_row(11, steps="reset-password", medium="sms"),
    ]
    with open_for_writing(new_run(tmp_path / "run.db", rows)) as connection:
        groups = RunReader(connection).groups()

    assert [(group.decision, group.reason, group.steps, group.rows) for group in groups] == [
        ("do", "ready", ("reset-password", "sign-out"), 7),
        ("skip", "disabled", (), 2),
        ("do", "ready", ("reset-password",), 1),
        ("do", "ready", ("reset-password",), 1),
    ]
    assert [(group.medium, group.examples) for group in groups[2:]] == [
        ("email", ("user-10",)),
        ("sms", ("user-11",)),
    ]
    assert groups[0].examples == ("user-1", "user-2", "user-3")
    assert groups[1].examples == ("user-8", "user-9")


def test_an_empty_plan_has_nothing_in_it(tmp_path):
    with open_for_writing(new_run(tmp_path / "run.db", [])) as connection:
        reader = RunReader(connection)

        assert reader.groups() == []
        assert reader.outcomes() == {}
        assert list(reader.report_rows()) == []
        assert reader.backlog(0, 10, 1) == reader.unsettled() == []
        assert reader.wave_sizes() == reader.wave_progress() == {}
