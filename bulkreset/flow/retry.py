"""retry: the manifest of what a run left undone."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from bulkreset.errors import InputError, Problem
from bulkreset.flow.report import reading, sent_by
from bulkreset.places import Place
from bulkreset.reporting.retry import retry_table
from bulkreset.unwritable import unwritable


def write_retry(run: Path, out: Place) -> int:
    """Write the rows of `run` that were not done to the new CSV file `out`; returns how many there are.

    Raises InputError where the file cannot be written, or is there already.
    """
    with sent_by(run, out, is_new=True) as path:
        return _write(run, path)


def _write(run: Path, out: Path) -> int:
    with reading(run) as reader:
        header, rows = retry_table(reader.report_rows, reader.meta("extra_columns"))
        try:
            descriptor = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            raise InputError(Problem("this file exists already", "name a new one", out)) from None
        except OSError as error:
            raise unwritable(out, error) from error
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(header)
            count = 0
            for row in rows:
                writer.writerow(row)
                count += 1
    return count
