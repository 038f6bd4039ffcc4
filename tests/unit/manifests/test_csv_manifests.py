"""Values, lines and encodings of sound CSV manifests."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from bulkreset.errors import InputError
from bulkreset.manifests import csv as csv_format

USERS = 'email,note\na@x.org,"one, two"\nb@x.org,drei ü €\n'


def tables_of(path: Path, block_bytes: int = csv_format.BLOCK_BYTES):
    tables = list(csv_format.read(path, block_bytes))
    values = [row for table in tables for row in table.frame.to_numpy().tolist()]
    lines = [line for table in tables for line in table.lines.tolist()]
    return tables[0].frame.columns.tolist(), values, lines


@pytest.fixture
def written(tmp_path):
    def written(content: str | bytes) -> Path:
        path = tmp_path / "users.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end_gives_the_same(written, mark, encoding, delimiter, line_end):
    text = USERS.replace(", ", "\0").replace(",", delimiter).replace("\0", ", ").replace("\n", line_end)
    names, values, lines = tables_of(written(mark + text.encode(encoding)))
    assert names == ["email", "note"]
    assert values == [["a@x.org", "one, two"], ["b@x.org", "drei ü €"]]
    assert lines == [2, 3]


@pytest.mark.parametrize(
    "value", ["007", "NA", "nan", "NULL", "1e5", "1.10", "TRUE", "2024-01-01", "#N/A", "-"]
)
def test_no_value_turns_into_something_else(written, value):
    assert tables_of(written(f"email,note\n{value},{value}\n"))[1] == [[value, value]]


def test_space_around_values_stays(written):
    assert tables_of(written("email,note\n  a@x.org\t, n \n"))[1] == [["  a@x.org\t", " n "]]


def test_a_line_is_counted_where_its_record_starts(written):
    text = 'email,note\n\na@x.org,"1\n2\r\n3"\n   \n\nb@x.org,4\n'
    _, values, lines = tables_of(written(text))
    assert values == [["a@x.org", "1\n2\r\n3"], ["b@x.org", "4"]]
    assert lines == [3, 8]


def test_the_last_record_needs_no_line_end(written):
    assert tables_of(written("email\na@x.org\nb@x.org"))[2] == [2, 3]


def test_an_empty_quoted_field_is_a_record_and_an_empty_line_is_none(written):
    assert tables_of(written('email\n""\n\na@x.org\n'))[1:] == ([[""], ["a@x.org"]], [2, 4])


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ('"email","note; more"', ["email", "note; more"]),
        ('"note, more; still";email', ["note, more; still", "email"]),
        ('"a ""quoted"" name",email', ['a "quoted" name', "email"]),
        ('"two\nlines"\temail', ["two\nlines", "email"]),
        ("one;two,three;Username", ["one", "two,three", "Username"]),
        ("a,b,c;email", ["a,b,c", "email"]),
    ],
)
def test_the_delimiter_is_told_from_the_header_alone(written, header, names):
    row = {",": ",", "\t": "\t"}.get(header[-6], ";").join("x" for _ in names)
    assert tables_of(written(f"{header}\n{row}\n"))[0] == names


def test_blank_lines_above_the_header_count(written):
    tables = list(csv_format.read(written("\n \nemail\na@x.org\n")))
    assert tables[0].header_line == 3
    assert tables[-1].lines.tolist() == [4]


def test_surplus_fields_that_are_empty_are_no_problem(written):
    *_, table = csv_format.read(written("email,note\na@x.org,n,,\n"))
    assert table.frame.to_numpy().tolist() == [["a@x.org", "n"]]
    assert table.problems == {}


def test_a_quote_inside_a_plain_field_is_part_of_it(written):
    text = 'email,note\na@x.org,5" pipe\nb@x.org,"two\nlines"\nc@x.org,O"Brien\n'
    _, values, lines = tables_of(written(text))
    assert [note for _, note in values] == ['5" pipe', "two\nlines", 'O"Brien']
    assert lines == [2, 3, 5]


def test_a_byte_order_mark_inside_the_file_is_a_character(written):
    _, values, _ = tables_of(written("email\na@x.org\n\ufeffb@x.org\n"), block_bytes=14)
    assert values == [["a@x.org"], ["\ufeffb@x.org"]]


def test_a_field_of_a_megabyte_is_read(written):
    assert tables_of(written(f'email,note\na@x.org,"{"x" * 1_000_000}"\n'))[1][0][1] == "x" * 1_000_000


def test_an_endless_row_is_refused_without_holding_it(written, monkeypatch):
    monkeypatch.setattr(csv_format, "LONGEST_RECORD_BYTES", 100)
    with pytest.raises(InputError, match=r":3: a quote opens and is not closed within 16 MB"):
        tables_of(written('email,note\na@x.org,n\nb@x.org,"' + "x\n" * 500), block_bytes=50)
    with pytest.raises(InputError, match=r":3: the row is longer than 16 MB"):
        tables_of(written("email,note\na@x.org,n\nb@x.org," + "x" * 500), block_bytes=50)


ANY = st.characters(codec="utf-8", exclude_characters="\0")
FIELD = st.text(st.sampled_from("\",;\t\r\n' x") | ANY, max_size=12)
DIALECT = st.fixed_dictionaries(
    {"delimiter": st.sampled_from(",;\t"), "lineterminator": st.sampled_from(["\n", "\r\n", "\r"])}
)


@settings(deadline=None)
@given(
    rows=st.lists(st.lists(FIELD, min_size=3, max_size=3), min_size=1, max_size=8),
    dialect=DIALECT,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    block_bytes=st.integers(4, 80),
)
def test_what_a_csv_writer_writes_is_read_back_with_the_right_lines(
    tmp_path_factory, rows, dialect, encoding, block_bytes
):
    expected_lines = []
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect, quoting=csv.QUOTE_ALL)
    writer.writerow(["email", "one", "two"])
    for row in rows:
        so_far = text.getvalue().replace("\r\n", "\n").replace("\r", "\n")
        expected_lines.append(1 + so_far.count("\n"))
        writer.writerow(row)
    path = tmp_path_factory.mktemp("round-trip") / "users.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert tables_of(path, block_bytes) == (["email", "one", "two"], rows, expected_lines)
