"""The report as a Parquet file with typed columns, for pandas, Spark, DuckDB or Athena."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

import bulkreset
from bulkreset.ledger.read import ReportRow
from bulkreset.reporting.base import COLUMNS, Report, ReportWriter, cells
from bulkreset.reporting.csv import extra_names

ROWS_A_GROUP = 50_000
"""A group is held in memory, and read as a whole."""

STATUS_KEY = b"bulkreset.status"
REASON_KEY = b"bulkreset.reason"
VERSION_KEY = b"bulkreset.version"


def _write(report: Report, file: BinaryIO) -> None:
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415 - only this format needs it

    schema = _schema(report)
    rows = iter(report.rows)
    with ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in _batches(rows, schema):
            writer.write_batch(batch)


def _schema(report: Report) -> Any:  # noqa: ANN401 - pyarrow has no types
    """The columns of the contract, each of its own type, and the manifest's own as text."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    few = pa.dictionary(pa.int8(), pa.string())
    moment = pa.timestamp("ms", tz="UTC")
    typed = {
        "row": pa.int64(),
        "decision": few,
        "outcome": few,
        "attempts": pa.int32(),
        "started_at": moment,
        "finished_at": moment,
    }
    names = [*COLUMNS, *(_text(name) for name in extra_names(report.extra_columns, COLUMNS))]
    told = {
        STATUS_KEY: json.dumps(report.status).encode(),
        REASON_KEY: _text(report.reason).encode(),
        VERSION_KEY: bulkreset.__version__.encode(),
    }
    return pa.schema([(name, typed.get(name, pa.string())) for name in names], metadata=told)


def _batches(rows: Iterator[ReportRow], schema: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    import pyarrow as pa  # noqa: PLC0415 - as above

    while group := list(islice(rows, ROWS_A_GROUP)):
        columns = zip(*(_values(row, len(schema)) for row in group), strict=True)
        arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _values(row: ReportRow, columns: int) -> Sequence[str | int]:
    values = [*cells(row).values(), *row.extras]
    return values + [""] * (columns - len(values))


def _array(column: Sequence[Any], kind: Any) -> Any:  # noqa: ANN401 - as above
    import pyarrow as pa  # noqa: PLC0415 - as above

    if pa.types.is_timestamp(kind):
        return pa.array([value or None for value in column], pa.string()).cast(kind)
    if pa.types.is_string(kind):
        return pa.array([_text(value) for value in column], kind)
    return pa.array(column, kind)


def _text(value: str) -> str:
    """The text as UTF-8 can hold it: a manifest in YAML can spell half a character."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


WRITER = ReportWriter(
    "parquet", "typed columns in a Parquet file, for pandas and databases", _write, is_binary=True
)
