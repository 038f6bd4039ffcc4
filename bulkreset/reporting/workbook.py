"""Sheets of an Excel workbook, written from top to bottom and never held.

Text is written as text, in cells of the format Text: neither opening nor editing a cell makes a formula, a
number or a link of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from bulkreset.reporting.legal import legal

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ROWS_A_SHEET = 1_048_576
COLUMNS_A_SHEET = 16_384
UNITS_A_CELL = 32_767
"""Excel's limits; a cell's is in units of UTF-16."""

CUT = " … (cut)"

TEXT: Mapping[str, object] = {"num_format": "@", "valign": "top"}
HEAD: Mapping[str, object] = {**TEXT, "bold": True, "bg_color": "#EEF1F4", "bottom": 1}
NUMBER: Mapping[str, object] = {"num_format": "0", "valign": "top"}
COUNT: Mapping[str, object] = {"num_format": "#,##0", "valign": "top", "align": "left"}

Value = str | int


class Book:
    """A workbook being written; `look` gives one format for equal properties."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._looks: dict[tuple[tuple[str, object], ...], Format] = {}
        self.text = self.look(TEXT)

    def look(self, properties: Mapping[str, object]) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._looks:
            self._looks[key] = self._book.add_format(dict(properties))
        return self._looks[key]

    def table(self, name: str, heads: Sequence[str], widths: Iterable[float]) -> Table:
        """A new sheet for rows below these heads, which stay in sight, with a filter on each."""
        return Table(self, self._book.add_worksheet(name), heads, widths)


@contextmanager
def workbook(file: BinaryIO) -> Iterator[Book]:
    """A workbook that is written into `file` when the block ends, unless it fails.

    What it takes on the way lies in a folder of the system's for temporary files that only the caller can
    read.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - only this format needs it
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - the same

    with TemporaryDirectory() as folder:
        book = Workbook(file, {"constant_memory": True, "tmpdir": folder})
        book.use_zip64()
        yield Book(book)
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the OSError that it wraps


class Table:
    """A sheet with a header. Rows are added one below the other; "" leaves a cell empty."""

    def __init__(self, book: Book, sheet: Worksheet, heads: Sequence[str], widths: Iterable[float]) -> None:
        self._book = book
        self._sheet = sheet
        self._last_column = len(heads) - 1
        self._next = 1
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, book.text)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, fitting(head), book.look(HEAD))
        sheet.freeze_panes(1, 0)

    @property
    def is_full(self) -> bool:
        return self._next >= ROWS_A_SHEET

    def add(self, values: Iterable[Value], looks: Mapping[int, Format]) -> None:
        """Write the next row; cells are plain text, or as `looks` has it by column."""
        row, sheet, text = self._next, self._sheet, self._book.text
        for column, value in enumerate(values):
            if value.__class__ is int:
                sheet.write_number(row, column, value, looks.get(column))
            elif value:
                _write_text(sheet, row, column, fitting(str(value)), looks.get(column, text))
        self._next += 1

    def finish(self) -> None:
        """Give each head its filter. Ids and phone numbers are text: Excel need not remark on it."""
        last_row = self._next - 1
        self._sheet.autofilter(0, 0, last_row, self._last_column)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})


def _write_text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):
        # The library takes such a text for XML of its own and would copy it as it is.
        sheet.write_rich_string(row, column, text[:1], look, text[1:], look)
    else:
        sheet.write_string(row, column, text, look)


def fitting(text: str) -> str:
    """The text as a cell can hold it, with a mark where it was cut."""
    text = legal(text)
    if len(text) * 2 <= UNITS_A_CELL or _units(text) <= UNITS_A_CELL:
        return text
    room = (UNITS_A_CELL - _units(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
