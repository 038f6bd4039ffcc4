"""The report as one HTML page: the picture first, then every row. It opens from a disk, without a network."""

from __future__ import annotations

from typing import TextIO

from bulkreset.reporting.base import Report, ReportWriter


def _write(report: Report, file: TextIO) -> None:
    # Jinja, which the other formats do without.
    from bulkreset.reporting.run_page.page import pieces_of  # noqa: PLC0415

    file.writelines(pieces_of(report))


WRITER = ReportWriter("html", "one page with pictures and rows, to read, search and print", _write)
