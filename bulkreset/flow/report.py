"""report, status and show: what a run file holds, for machines and for people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bulkreset.errors import InputError
from bulkreset.ledger.connection import open_read_only
from bulkreset.ledger.read import RunReader
from bulkreset.planning.summary import Estimate, estimate
from bulkreset.reporting.base import Report
from bulkreset.reporting.registry import writers
from bulkreset.reporting.status import Status, run_status
from bulkreset.settings.environment import Environment


@contextmanager
def reading(path: Path) -> Iterator[RunReader]:
    """A run file, open for reading."""
    with closing(open_read_only(path)) as connection:
        yield RunReader(connection)


def status_of(path: Path) -> Status:
    with reading(path) as reader:
        return run_status(reader, path)


def estimate_of(reader: RunReader) -> Estimate:
    """What carrying out the run's plan costs."""
    environment = Environment.model_validate(reader.meta("environment"))
    return estimate(reader.groups(), environment.grant)


def write_report(path: Path, format_name: str, out: Path) -> None:
    """Write the report of a run to `out`, replacing it only once the new one is whole.

    What is no plain file, such as a pipe or /dev/stdout, is written into. Raises InputError where
    nothing can be written.
    """
    try:
        if out.resolve() == path.resolve():
            raise InputError(f"{out} is the run file itself; name another file for the report")
        if out.exists() and not out.is_file() and not out.is_dir():
            _write(path, format_name, out)
        else:
            _replace(path, format_name, out.resolve())
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from error


def _replace(path: Path, format_name: str, out: Path) -> None:
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _write(path, format_name, partial)
        partial.replace(out)
    finally:
        with suppress(OSError):
            partial.unlink()


def _write(path: Path, format_name: str, out: Path) -> None:
    with reading(path) as reader, out.open("w", encoding="utf-8", newline="") as file:
        report = Report(
            run_status(reader, path),
            str(reader.meta("reason")),
            tuple(reader.meta("extra_columns")),
            reader.report_rows(),
            reader.events(),
        )
        writers()[format_name].write(report, file)
