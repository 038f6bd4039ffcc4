"""The report as CSV: the contract's columns in their order, every row once, and no cell that runs."""

from __future__ import annotations

import csv
import io
from contextlib import closing

import pandas as pd
import pytest
from factories import new_run, plan_row, user

from bulkreset.ledger.connection import open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import StepState
from bulkreset.reporting.base import COLUMNS, Report
from bulkreset.reporting.csv import defused
from bulkreset.reporting.registry import writers

CONTRACT = (
    "row,identifier,username,decision,reason,steps,outcome,error_code,error_message,attempts,"
    "started_at,finished_at,request_id"
)


def step(row: int, ordinal: int, action: str, state: StepState, **changes) -> StepChange:
    return StepChange(row, ordinal, action, state, **{"attempts": 1, **changes})


def reported(tmp_path, rows, changes=(), extras=None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(tmp_path, rows, changes, extras), newline="")))


def text(tmp_path, rows, changes=(), extras=None) -> str:
    path = new_run(tmp_path / "run.db", rows, extras=extras)
    with open_for_writing(path) as connection:
        Journal(connection).record(list(changes), {})
    file = io.StringIO(newline="")
    with closing(open_read_only(path)) as connection:
        reader = RunReader(connection)
        writers()["csv"].write(
            Report({}, "", tuple(reader.meta("extra_columns")), reader.report_rows(), reader.events()), file
        )
    return file.getvalue()


def test_the_columns_are_those_of_the_contract(tmp_path):
    assert ",".join(COLUMNS) == CONTRACT
    assert text(tmp_path, []).splitlines() == [CONTRACT]


def test_the_manifests_own_columns_follow(tmp_path):
    extras = pd.DataFrame({"team": ["red", "blue"], "ticket": ["7", ""]})

    lines = text(tmp_path, [plan_row(1), plan_row(2)], extras=extras).splitlines()

    assert lines[0] == f"{CONTRACT},team,ticket"
    assert lines[1].endswith(",red,7")
    assert lines[2].endswith(",blue,")


def test_lines_end_as_the_standard_says(tmp_path):
    assert text(tmp_path, [plan_row(1)]).count("\r\n") == 2


def test_a_column_that_is_named_like_one_of_the_reports_gets_a_prefix(tmp_path):
    extras = pd.DataFrame({"outcome": ["theirs"], "row": ["99"]})

    (row,) = reported(tmp_path, [plan_row(1)], extras=extras)

    assert row["outcome"] == "not-attempted"
    assert row["manifest.outcome"] == "theirs"
    assert (row["row"], row["manifest.row"]) == ("1", "99")


def test_no_two_columns_have_one_name_whatever_the_manifest_calls_its_own(tmp_path):
    extras = pd.DataFrame({"row": ["a"], "manifest.row": ["b"]})

    header = next(csv.reader([text(tmp_path, [plan_row(1)], extras=extras).splitlines()[0]]))

    assert len(set(header)) == len(header)


def test_every_row_is_there_once_and_in_order(tmp_path):
    rows = [plan_row(number, decision="skip", reason="disabled", steps="") for number in range(1, 301)]

    assert [row["row"] for row in reported(tmp_path, rows)] == [str(number) for number in range(1, 301)]


def test_a_row_that_is_done_tells_when_how_often_and_by_which_requests(tmp_path):
    changes = [
        step(1, 0, "reset-password", StepState.IN_FLIGHT, called_at=1_700_000_000.0),
        step(1, 0, "reset-password", StepState.PENDING, called_at=1_700_000_000.0),
        step(1, 0, "reset-password", StepState.IN_FLIGHT, called_at=1_700_000_001.0, attempts=2),
        step(
            1, 0, "reset-password", StepState.DONE, finished_at=1_700_000_002.5, request_id="r-1", attempts=2
        ),
        step(1, 1, "sign-out", StepState.IN_FLIGHT, called_at=1_700_000_003.0),
        step(1, 1, "sign-out", StepState.DONE, finished_at=1_700_000_004.123, request_id="r-2"),
    ]

    (row,) = reported(tmp_path, [plan_row(1)], changes)

    assert row == {
        "row": "1",
        "identifier": "user-1",
        "username": "user-1",
        "decision": "do",
        "reason": "ready",
        "steps": "reset-password sign-out",
        "outcome": "done",
        "error_code": "",
        "error_message": "",
        "attempts": "3",
        "started_at": "2023-11-14T22:13:20.000Z",
        "finished_at": "2023-11-14T22:13:24.123Z",
        "request_id": "r-1 r-2",
    }


def test_a_failure_names_its_step_and_what_was_done_before(tmp_path):
    changes = [
        step(1, 0, "reset-password", StepState.IN_FLIGHT),
        step(1, 0, "reset-password", StepState.DONE),
        step(1, 1, "sign-out", StepState.IN_FLIGHT),
        step(1, 1, "sign-out", StepState.FAILED, error_code="UserNotFoundException", error_message="gone"),
    ]

    (row,) = reported(tmp_path, [plan_row(1)], changes)

    assert (row["outcome"], row["error_code"]) == ("failed", "UserNotFoundException")
    assert row["error_message"] == "sign-out: gone (after reset-password)"


def test_a_row_that_is_partly_done_says_what_is_missing(tmp_path):
    changes = [
        step(1, 0, "reset-password", StepState.IN_FLIGHT),
        step(1, 0, "reset-password", StepState.DONE),
    ]

    (row,) = reported(tmp_path, [plan_row(1)], changes)

    assert (row["outcome"], row["error_code"]) == ("not-attempted", "partly-done")
    assert row["error_message"] == "reset-password done, sign-out not yet"


def test_an_invalid_row_says_what_is_wrong_with_it(tmp_path):
    broken = plan_row(
        1, decision="invalid", reason="invalid", steps="", username="", problem="this is no e-mail address"
    )

    (row,) = reported(tmp_path, [broken])

    assert (row["outcome"], row["error_code"]) == ("invalid", "invalid-row")
    assert row["error_message"] == "this is no e-mail address"


def test_a_row_that_was_not_attempted_has_no_times(tmp_path):
    (row,) = reported(tmp_path, [plan_row(1)])

    assert (row["started_at"], row["finished_at"], row["attempts"]) == ("", "", "0")


def test_a_row_in_flight_is_unknown(tmp_path):
    (row,) = reported(tmp_path, [plan_row(1)], [step(1, 0, "reset-password", StepState.IN_FLIGHT)])

    assert row["outcome"] == "unknown"


FORMULAS = (
    '=HYPERLINK("http://x")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
)


@pytest.mark.parametrize("value", FORMULAS)
def test_what_a_spreadsheet_would_run_is_defused(value):
    assert defused(value) == f"'{value}"


@pytest.mark.parametrize("value", ["+15550100", "-5", "+1.5", "-1,5", "5", "", "ada", "a=1", " =1", "'=1"])
def test_what_no_spreadsheet_would_run_stays_as_it_is(value):
    assert defused(value) == value


@pytest.mark.parametrize("value", [7, 0, -3])
def test_numbers_stay_numbers(value):
    assert defused(value) is value


@pytest.mark.parametrize("value", ["+1\n=1", "-1 =1", "+1;=1", "+1e5"])
def test_what_only_begins_like_a_number_is_defused(value):
    assert defused(value) == f"'{value}"


def test_formulas_are_defused_wherever_they_stand(tmp_path):
    formula = "=cmd|' /C calc'!A0"
    rows = [plan_row(1, user(formula)), plan_row(2, problem=formula, decision="invalid", reason=formula)]
    extras = pd.DataFrame({formula: [formula, "x"]})
    changes = [
        step(1, 0, "reset-password", StepState.IN_FLIGHT, request_id=formula),
        step(1, 0, "reset-password", StepState.FAILED, error_code=formula, error_message=formula),
    ]

    for line in csv.reader(io.StringIO(text(tmp_path, rows, changes, extras), newline="")):
        assert not [cell for cell in line if cell.startswith("=")]


def test_cells_may_hold_anything(tmp_path):
    nasty = 'a,b;"c"\r\nd\t☃ é'

    (row,) = reported(tmp_path, [plan_row(1, identifier=nasty)], extras=pd.DataFrame({"note": [nasty]}))

    assert row["identifier"] == row["note"] == nasty
