"""The report as an Excel workbook, as openpyxl reads it back."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from reports import NASTY, report, report_row, step_record, written

from bulkreset.errors import InputError
from bulkreset.ledger.states import Outcome, StepState
from bulkreset.reporting import workbook
from bulkreset.reporting.base import COLUMNS


def book(*arguments, **changes):
    return openpyxl.load_workbook(io.BytesIO(written("xlsx", report(*arguments, **changes))))


def cells_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_there_are_a_summary_all_rows_and_the_errors():
    assert book([report_row()]).sheetnames == ["Summary", "Rows", "Errors by code"]


def test_the_summary_has_status_digest_times_and_counts_by_outcome():
    summary = dict(cells_of(book([report_row(1), report_row(2, Outcome.FAILED)])["Summary"]))

    assert (summary["state"], summary["digest"], summary["reason"]) == ("finished", "d" * 64, "INC-4711")
    assert (summary["rows"], summary["done"], summary["failed"]) == (2, 1, 1)
    assert set(summary) >= {outcome.value for outcome in Outcome}
    assert summary["began (UTC)"] == "2023-11-14T22:13:20.000Z"
    assert summary["last event (UTC)"] == "2023-11-14T22:13:29.000Z"


def test_rows_have_the_columns_of_the_contract_then_the_manifests_own():
    sheet = book([report_row(7, extras=("red", "99"))], "team", "row")["Rows"]

    heads, row = cells_of(sheet)
    assert heads == [*COLUMNS, "team", "manifest.row"]
    told = dict(zip(heads, row, strict=True))
    assert (told["row"], told["identifier"], told["outcome"]) == (7, "ada@example.com", "done")
    assert (told["team"], told["manifest.row"]) == ("red", "99")


def test_the_header_stays_in_sight_and_filters():
    sheet = book([report_row(number) for number in (1, 2, 3)])["Rows"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:M4"


@pytest.mark.parametrize("text", ["=1+1", "+49151234567", "007", "1e5", "https://example.com", "@SUM(A1)"])
def test_text_stays_the_text_it_is_also_when_a_cell_is_edited(text):
    row = report_row(identifier=text, username=text, extras=(text,))

    for column in (2, 3, 14):
        cell = book([row], "own")["Rows"].cell(2, column)
        assert (cell.value, cell.data_type, cell.number_format, cell.hyperlink) == (text, "s", "@", None)


def test_an_outcome_is_a_word_with_a_shade():
    sheet = book([report_row(1), report_row(2, Outcome.FAILED)])["Rows"]
    column = COLUMNS.index("outcome") + 1
    done, failed = sheet.cell(2, column), sheet.cell(3, column)

    assert (done.value, failed.value) == ("done", "failed")
    assert done.fill.fgColor.rgb != failed.fill.fgColor.rgb
    assert failed.font.b


def test_errors_are_counted_by_code_with_what_to_do():
    gone = step_record(StepState.FAILED, "UserNotFoundException", "gone")
    rows = [report_row(number, Outcome.FAILED, records=(gone,)) for number in (1, 2)]
    rows += [report_row(3, Outcome.BLOCKED, reason="no-contact"), report_row(4)]
    rows.append(report_row(5, Outcome.SKIPPED))

    _, first, second = cells_of(book(rows)["Errors by code"])

    assert first == [2, "failed", "UserNotFoundException", "the user was deleted meanwhile", "nothing"]
    assert second[:4] == [1, "blocked", "no-contact", "no contact at all"]
    assert second[4]


def test_a_full_sheet_goes_on_in_the_next_one(monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_A_SHEET", 3)

    found = book([report_row(number) for number in range(1, 6)])

    assert found.sheetnames == ["Summary", "Rows", "Rows 2", "Rows 3", "Errors by code"]
    sheets = [found[name] for name in found.sheetnames[1:4]]
    assert [[row[0] for row in cells_of(sheet)] for sheet in sheets] == [
        ["row", 1, 2],
        ["row", 3, 4],
        ["row", 5],
    ]
    assert [sheet.auto_filter.ref for sheet in sheets] == ["A1:M3", "A1:M3", "A1:M2"]


@pytest.mark.parametrize("letter", ["x", "☃", "🦉"])
def test_what_is_too_long_for_a_cell_is_cut_with_a_mark(letter):
    cell = book([report_row(extras=(letter * 40_000,))], "note")["Rows"].cell(2, 14).value

    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.startswith(letter * 10_000)
    assert cell.endswith(f"{letter} … (cut)")


def test_what_just_fits_a_cell_is_whole():
    assert workbook.fitting("x" * 32_767) == "x" * 32_767
    assert workbook.fitting("🦉" * 16_383) == "🦉" * 16_383


def test_characters_that_xml_cannot_hold_are_replaced_and_all_others_kept():
    sheet = book([report_row(identifier=NASTY, extras=(NASTY,))], NASTY)["Rows"]
    clean = NASTY.translate(dict.fromkeys([0, 0x1F, 0xFFFE, 0xD800], "\ufffd"))
    # openpyxl leaves Excel's escape of a text that looks like an escape.
    clean = clean.replace("_x0041_", "_x005F_x0041_")

    assert (sheet.cell(1, 14).value, sheet.cell(2, 2).value, sheet.cell(2, 14).value) == (clean,) * 3


def test_a_text_that_looks_like_the_workbooks_own_xml_is_text():
    evil = "<r><t>x</t></r></is></c><c r='A9'><f>1+1</f></c><c><is><r></r>"

    assert book([report_row(identifier=evil)])["Rows"].cell(2, 2).value == evil


def test_no_part_of_it_is_a_formula_a_link_or_a_macro():
    content = written("xlsx", report([report_row(identifier="=HYPERLINK(1)")], "=cmd|' /C calc'!A0"))

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]
        for name in parts.namelist():
            root = ET.fromstring(parts.read(name))  # noqa: S314 - our own file
            tags = {node.tag.rpartition("}")[2] for node in root.iter()}
            assert not tags & {"f", "hyperlink", "ddeLink"}, name


def test_a_run_without_rows_is_a_workbook_too():
    found = book()

    assert len(cells_of(found["Rows"])) == len(cells_of(found["Errors by code"])) == 1


def test_more_columns_than_excel_has_are_refused_with_what_to_write():
    many = [f"c{number}" for number in range(16_384)]

    with pytest.raises(InputError, match="write --format csv or parquet"):
        written("xlsx", report([], *many))


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def rows():
        yield report_row()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written("xlsx", report(rows=rows()))
    assert list(tmp_path.iterdir()) == []
