"""The report as JSON: one object, the same rows as the CSV."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing

import pandas as pd
import pytest
from factories import new_run, plan_row

from bulkreset.ledger.connection import open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState, StepState
from bulkreset.reporting.base import COLUMNS, Report
from bulkreset.reporting.registry import writers
from bulkreset.reporting.status import run_status

NASTY = 'ü"\\\r\n☃\u2028'


@pytest.fixture
def path(tmp_path):
    rows = [
        plan_row(1),
        plan_row(2, decision="skip", reason="disabled", steps=""),
        plan_row(3, identifier=NASTY),
        plan_row(4, decision="invalid", reason="invalid", steps="", problem=NASTY),
    ]
    extras = pd.DataFrame({"team": ["red", "", NASTY], "row": ["a", "b", "c"]})
    path = new_run(tmp_path / "run.db", rows, extras=extras)
    with open_for_writing(path) as connection:
        journal = Journal(connection)
        journal.enter(RunState.RUNNING, 1_700_000_000.0, {"host": "elsewhere", "pid": 1})
        journal.record(
            [
                StepChange(1, 0, "reset-password", StepState.IN_FLIGHT, 1, called_at=1_700_000_000.0),
                StepChange(1, 0, "reset-password", StepState.DONE, 1, request_id="r-1"),
                StepChange(3, 0, "reset-password", StepState.IN_FLIGHT, 1),
                StepChange(3, 0, "reset-password", StepState.FAILED, 1, error_code="X", error_message=NASTY),
            ],
            {},
        )
    return path


def written(path, name: str) -> str:
    file = io.StringIO(newline="")
    with closing(open_read_only(path)) as connection:
        reader = RunReader(connection)
        columns = tuple(reader.meta("extra_columns"))
        status = run_status(reader, path)
        report = Report(status, "INC-4711", columns, reader.report_rows(), reader.events())
        writers()[name].write(report, file)
    return file.getvalue()


def test_it_is_one_json_object_with_status_reason_events_and_rows(path):
    found = json.loads(written(path, "json"))

    assert list(found) == ["status", "reason", "quotas", "findings", "events", "rows"]
    assert found["status"]["rows"]["total"] == 4
    assert found["reason"] == "INC-4711"
    assert found["events"][1:] == [
        {"at": "2023-11-14T22:13:20.000Z", "event": "running", "host": "elsewhere", "pid": 1}
    ]


def test_rows_have_the_columns_of_the_contract_and_the_manifests_own_apart(path):
    for row in json.loads(written(path, "json"))["rows"]:
        assert list(row) == [*COLUMNS, "manifest"]


def test_it_says_the_same_as_the_csv(path):
    by_csv = list(csv.DictReader(io.StringIO(written(path, "csv"), newline="")))

    for row, line in zip(json.loads(written(path, "json"))["rows"], by_csv, strict=True):
        own = row.pop("manifest")
        assert {name: str(value) for name, value in row.items()} == {name: line[name] for name in row}
        assert own.get("team", "") == line["team"]
        assert own.get("row", "") == line["manifest.row"]


def test_text_is_kept_as_it_is(path):
    rows = json.loads(written(path, "json"))["rows"]

    assert rows[2]["identifier"] == NASTY
    assert rows[2]["manifest"] == {"team": NASTY, "row": "c"}
    assert rows[3]["error_message"] == NASTY


def test_nothing_is_defused_where_nothing_would_run(tmp_path):
    path = new_run(tmp_path / "run.db", [plan_row(1, identifier="=1+1")])

    assert json.loads(written(path, "json"))["rows"][0]["identifier"] == "=1+1"


def test_a_run_without_rows_is_json_too(tmp_path):
    assert json.loads(written(new_run(tmp_path / "run.db", []), "json"))["rows"] == []


def test_every_writer_is_known_by_its_name():
    assert {"csv", "json"} <= writers().keys()
    assert all(name == writer.name and writer.summary for name, writer in writers().items())
