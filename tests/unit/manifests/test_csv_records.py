"""Where CSV records start and end, against the standard library's reader."""

from __future__ import annotations

import csv
import io

import numpy as np
from hypothesis import assume, given, settings, strategies as st

from bulkreset.manifests import csv as csv_format
from bulkreset.manifests.records import _enclosed, _newlines, _scanned, fields_of, split

COMMA = ord(",")
WILD = st.text('a",\n', max_size=30)
PIECES = ['"', '""', ",", "\n", "\r\n", "\r", "a", " ", '"a"', '"a,\n"']
LIKELY = st.lists(st.sampled_from(PIECES), max_size=15).map("".join)


def starts_and_fields(text: str, *, final: bool = True):
    records = split(text.encode(), COMMA, 1, final=final)
    return [
        (line, fields)
        for line, fields in zip(records.lines.tolist(), records.fields.tolist(), strict=True)
        if fields
    ]


def by_standard_library(text: str):
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 1
    for row in reader:
        if row:
            yield line, row
        line = reader.line_num + 1


@settings(deadline=None)
@given(WILD)
def test_records_and_fields_are_those_of_the_standard_library(text):
    records = split(text.encode(), COMMA, 1, final=True)
    assume(records.quote_line is None)
    assert starts_and_fields(text) == [(line, len(row)) for line, row in by_standard_library(text)]


@settings(deadline=None)
@given(LIKELY)
def test_counting_quotes_agrees_with_reading_them(text):
    octets = np.frombuffer(text.encode(), np.uint8)
    newlines = _newlines(octets, final=True)
    quick = _enclosed(octets, newlines, COMMA)
    assume(quick is not None)
    exact = _scanned(text.encode(), newlines, COMMA)
    assert quick.line_ends.tolist() == exact.line_ends.tolist()
    assert quick.delimiters.tolist() == exact.delimiters.tolist()
    assert quick.open_quote == exact.open_quote
    assert not len(exact.misquoted)


@settings(deadline=None)
@given(LIKELY, st.integers(0, 60))
def test_text_cut_anywhere_gives_the_same_records_as_the_whole(text, cut):
    whole = text.encode()
    head = split(whole[:cut], COMMA, 1, final=False)
    tail = split(whole[head.rest_at :], COMMA, head.rest_line, final=True)
    both = [*zip(head.lines.tolist(), head.fields.tolist(), strict=True)]
    both += zip(tail.lines.tolist(), tail.fields.tolist(), strict=True)
    records = split(whole, COMMA, 1, final=True)
    assert both == [*zip(records.lines.tolist(), records.fields.tolist(), strict=True)]
    assert tail.quote_line == records.quote_line


@settings(deadline=None)
@given(st.lists(st.text('a" ', max_size=5), min_size=1, max_size=4))
def test_fields_of_a_record_are_told_apart(fields):
    written = [b'"%s"' % field.replace('"', '""').encode() for field in fields]
    assert list(fields_of(b",".join(written), COMMA)) == written


@settings(deadline=None)
@given(WILD, st.integers(3, 40))
def test_rows_without_a_problem_hold_the_values_of_the_standard_library(tmp_path_factory, text, block_bytes):
    assume(split(text.encode(), COMMA, 1, final=True).quote_line is None)
    path = tmp_path_factory.mktemp("wild") / "users.csv"
    path.write_text(f"email,note\n{text}", encoding="utf-8", newline="")
    read = {}
    for table in csv_format.read(path, block_bytes):
        for row, (line, values) in enumerate(
            zip(table.lines.tolist(), table.frame.to_numpy().tolist(), strict=True)
        ):
            read[line] = (values, table.problems.get(row, ""))
    expected = {line + 1: row for line, row in by_standard_library(text)}
    assert read.keys() == expected.keys()
    for line, (values, problem) in read.items():
        if not problem:
            assert values == expected[line][:2]
            assert not any(field.strip('" ') for field in expected[line][2:])
        else:
            assert len(expected[line]) != 2 or '"' in text
