"""The report as Parquet, as pandas and pyarrow read it back."""

from __future__ import annotations

import io
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from reports import NASTY, report, report_row, step_record, written

from bulkreset.ledger.states import Outcome, StepState
from bulkreset.reporting import parquet
from bulkreset.reporting.base import COLUMNS


def table(*arguments, **changes):
    return pq.read_table(io.BytesIO(written("parquet", report(*arguments, **changes))))


def test_every_column_has_a_type_of_its_own():
    found = table([report_row()], "team").schema

    assert found.names == [*COLUMNS, "team"]
    assert (found.field("row").type, found.field("attempts").type) == (pa.int64(), pa.int32())
    assert found.field("started_at").type == found.field("finished_at").type == pa.timestamp("ms", tz="UTC")
    assert pa.types.is_dictionary(found.field("outcome").type)
    assert pa.types.is_dictionary(found.field("decision").type)
    assert found.field("team").type == pa.string()


def test_pandas_reads_times_as_times_and_ids_as_text():
    done = step_record(StepState.DONE)
    rows = [
        report_row(1, records=(done,), extras=("007",)),
        report_row(2, Outcome.NOT_ATTEMPTED, extras=("",)),
    ]

    frame = pd.read_parquet(io.BytesIO(written("parquet", report(rows, "id"))))

    assert frame["id"].tolist() == ["007", ""]
    assert frame["finished_at"][0] == pd.Timestamp("2023-11-14T22:13:20.250Z")
    assert pd.isna(frame["finished_at"][1])
    assert frame.groupby("outcome", observed=True).size().to_dict() == {"done": 1, "not-attempted": 1}


def test_the_status_is_kept_beside_the_rows():
    kept = table([report_row()]).schema.metadata

    assert json.loads(kept[b"bulkreset.status"])["outcomes"]["done"] == 1
    assert kept[b"bulkreset.reason"] == b"INC-4711"


def test_rows_come_in_groups(monkeypatch):
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 2)
    content = written("parquet", report([report_row(number) for number in range(1, 6)]))

    file = pq.ParquetFile(io.BytesIO(content))

    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [2, 2, 1]
    assert file.read()["row"].to_pylist() == [1, 2, 3, 4, 5]


def test_text_is_kept_as_it_is_but_for_half_a_character():
    found = table([report_row(identifier=NASTY, extras=(NASTY,))], NASTY)
    whole = NASTY.replace("\ud800", "?")

    assert found["identifier"].to_pylist() == found[whole].to_pylist() == [whole]


def test_a_row_that_is_shorter_than_the_header_ends_in_empty_text():
    assert table([report_row()], "team", "ticket")["ticket"].to_pylist() == [""]


def test_a_run_without_rows_has_all_columns():
    found = table([], "team")

    assert (found.num_rows, found.schema.names) == (0, [*COLUMNS, "team"])
