"""Writing a new run file: all of it or nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import pandas as pd

from bulkreset.errors import InputError, Problem
from bulkreset.ledger.chain import add_event
from bulkreset.ledger.partial import PartialFile
from bulkreset.ledger.schema import create_tables, seal_tables
from bulkreset.ledger.seal import SEAL, seal_of
from bulkreset.ledger.standing import begin_counting
from bulkreset.planning.frames import tuples
from bulkreset.shell import quoted


class NewRun:
    """A run file in the making, beside the place where it will stand.

    Used as a context manager: it appears under its name only when `seal` was called, and whatever
    goes wrong before leaves nothing behind.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.exists():
            advice = (
                f"a run file is evidence: name a new one; `bulkreset status {quoted(path)}` tells of this one"
            )
            raise InputError(Problem("this run file exists already", advice, path))
        if not path.parent.is_dir():
            raise InputError(Problem("there is no such folder", "make it first", path.parent))
        self._partial = PartialFile(path)
        self._sealed = False
        self._extra_columns: list[str] = []

    def __enter__(self) -> Self:
        try:
            self._partial.create()
        except OSError as error:
            raise self._unwritable(error) from error
        self._connection = sqlite3.connect(self._partial.path, isolation_level=None)
        try:
            # Until it is sealed the file is nobody's evidence, so it need not survive a power cut.
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute("PRAGMA journal_mode = OFF")
            create_tables(self._connection)
        except sqlite3.OperationalError as error:
            self._discard()
            raise self._unwritable(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._sealed:
            self._discard()
        if isinstance(error, sqlite3.OperationalError):
            raise self._unwritable(error) from error

    def _discard(self) -> None:
        self._connection.close()
        self._partial.discard()

    def _unwritable(self, error: Exception) -> InputError:
        return InputError(
            Problem(f"cannot write here: {error}", "make room, or name another place", self.path)
        )

    def add_extras(self, rows: Iterable[int], extras: pd.DataFrame) -> None:
        """Keep the manifest's other columns of some rows. Columns may differ between calls."""
        if extras.columns.empty:
            return
        self._extra_columns += [name for name in extras.columns if name not in self._extra_columns]
        cells = tuples(extras.reindex(columns=self._extra_columns, fill_value=""))
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO extras VALUES (?, ?)",
            ((int(row), json.dumps(values)) for row, values in zip(rows, cells, strict=True)),
        )
        self._connection.execute("COMMIT")

    def add_plan(self, plan: pd.DataFrame) -> None:
        """Write plan rows; the columns are named as those of the table."""
        marks = ", ".join("?" * len(plan.columns))
        insert = f"INSERT INTO plan ({', '.join(plan.columns)}) VALUES ({marks})"  # noqa: S608 - our names
        self._connection.execute("BEGIN")
        self._connection.executemany(insert, tuples(plan))
        self._connection.execute("COMMIT")

    def seal(
        self,
        meta: Mapping[str, object],
        calls: Mapping[str, int],
        planned: Mapping[str, object] | None = None,
    ) -> None:
        """Finish the file and put it in its place.

        `meta` is kept as JSON by key, `digest` and `planned_at` among it; `calls` are those that planning
        made, by operation; `planned` is the detail of the first event.
        """
        entries = {**meta, "extra_columns": self._extra_columns}
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [(key, json.dumps(value, ensure_ascii=False)) for key, value in entries.items()],
        )
        self._connection.executemany(
            "INSERT INTO counters VALUES ('calls', ?, ?)", [(name, count) for name, count in calls.items()]
        )
        begin_counting(self._connection)
        self._connection.execute(
            "INSERT INTO meta VALUES (?, ?)", (SEAL, json.dumps(seal_of(self._connection)))
        )
        add_event(self._connection, cast("float", meta["planned_at"]), "planned", planned or {})
        self._connection.execute("COMMIT")
        seal_tables(self._connection)
        self._connection.execute("PRAGMA journal_mode = DELETE")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.close()
        self._partial.sync()
        try:
            self._partial.put_in_place()
        except FileExistsError:
            raise InputError(
                Problem("this run file appeared meanwhile", "name a new one", self.path)
            ) from None
        self._sealed = True
