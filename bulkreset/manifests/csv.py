"""CSV manifests: a header, then one record for each user; read in blocks of whole records.

pandas makes the values. The records are counted and placed beforehand (see `records`), because
pandas keeps no line numbers, fills short rows silently and stops at a long one. So it is handed
rows that all have as many fields as the header: blank lines are left out, and a ragged row is cut
or filled and given a problem. A row that is too long by empty fields alone is in order; one that
is too short never is, since nothing tells which of its fields is missing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from bulkreset.errors import BulkresetError, InputError, Problem
from bulkreset.manifests.blocks import BLOCK_BYTES, newlines_in, utf8_blocks
from bulkreset.manifests.header import DELIMITER_NAMES, Header, read_header
from bulkreset.manifests.records import Records, field_pattern, fields_of, split
from bulkreset.manifests.table import ManifestFormat, RawTable

LONGEST_RECORD_BYTES = 16_000_000


def read(path: Path, block_bytes: int = BLOCK_BYTES) -> Iterator[RawTable]:
    """The records below the header, after an empty table that shows the header."""
    blocks = utf8_blocks(path, block_bytes)
    header, text = _headed(blocks, path)
    line = newlines_in(text[: header.size]) + 1
    text = text[header.size :]
    yield _table(header, b"", split(b"", header.delimiter, line, final=True))
    for block in blocks:
        records = split(text, header.delimiter, line, final=False)
        _check_length(text, records, path)
        if records.fields.any():
            yield _table(header, text, records)
        text, line = text[records.rest_at :] + block, records.rest_line
    records = split(text, header.delimiter, line, final=True)
    if records.quote_line is not None:
        advice = "close it, or double a quote that is part of a value"
        raise InputError(Problem("a quote opens and is never closed", advice, path, records.quote_line))
    if records.fields.any():
        yield _table(header, text, records)


def _headed(blocks: Iterator[bytes], path: Path) -> tuple[Header, bytes]:
    """The header and the text read so far, which starts with it."""
    text = b""
    for block in blocks:
        text += block
        header = read_header(text, path, final=False)
        if header:
            return header, text
        if len(text) > LONGEST_RECORD_BYTES:
            break
    header = read_header(text, path, final=True)
    if header is None:
        raise BulkresetError(f"{path}: no header and no reason")
    return header, text


def _check_length(text: bytes, records: Records, path: Path) -> None:
    if len(text) - records.rest_at <= LONGEST_RECORD_BYTES:
        return
    if records.quote_line is None:
        message, line = "the row is longer than 16 MB", records.rest_line
    else:
        message, line = "a quote opens and is not closed within 16 MB", records.quote_line
    raise InputError(Problem(message, "check the quotes of this row", path, line))


def _table(header: Header, text: bytes, records: Records) -> RawTable:
    rows, problems = _levelled(header, text, records)
    names = bytes([header.delimiter]).join(b"%d" % column for column in range(len(header.names)))
    frame = pd.read_csv(
        io.BytesIO(names + b"\n" + rows),
        sep=chr(header.delimiter),
        header=0,
        index_col=False,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
        low_memory=False,
        engine="c",
    )
    lines = records.lines[records.fields > 0]
    if len(frame) != len(lines):
        raise BulkresetError(f"{len(lines)} records were counted and {len(frame)} read")
    frame.columns = pd.Index(header.names, dtype="str")
    return RawTable(frame, lines, problems, header.line)


def _levelled(header: Header, text: bytes, records: Records) -> tuple[bytes, dict[int, str]]:
    """The text of rows with as many fields as the header, and the problems of those that had not."""
    width = len(header.names)
    odd = np.flatnonzero((records.fields != width) | records.misquoted).tolist()
    if not odd:
        return text[: records.rest_at], {}
    row_of = (np.cumsum(records.fields > 0) - 1).tolist()
    following = [*records.starts[1:].tolist(), records.rest_at]
    parts: list[bytes] = []
    problems: dict[int, str] = {}
    upto = 0
    for index in odd:
        start = int(records.starts[index])
        parts.append(text[upto:start])
        upto = following[index]
        if not records.fields[index]:
            continue
        record = text[start : records.ends[index]]
        fields = list(fields_of(record, header.delimiter))
        parts += [bytes([header.delimiter]).join((fields + [b""] * width)[:width]), b"\n"]
        problem = _problem(header, record, fields, int(records.lines[index]))
        if problem:
            problems[row_of[index]] = problem
    return b"".join([*parts, text[upto : records.rest_at]]), problems


def _problem(header: Header, record: bytes, fields: list[bytes], line: int) -> str:
    width = len(header.names)
    too_long = any(field.strip(b'" ') for field in fields[width:])
    last_line = line + newlines_in(record)
    if len(fields) < width or too_long:
        message = f"the row has {_counted(len(fields))} and the header {width}"
    elif _misquoted(record, header.delimiter):
        message = "text follows a closing quote"
    else:
        return ""
    if last_line > line:
        return f"{message}; the row runs to line {last_line}, look for a quote that is not closed"
    if too_long:
        return f"{message}; put a value that holds {DELIMITER_NAMES[header.delimiter]} in quotes"
    if len(fields) < width:
        return f"{message}; write the missing fields, empty ones too"
    return f"{message}; double a quote that is part of a value"


def _misquoted(record: bytes, delimiter: int) -> bool:
    return any(field["after_quote"] for field in field_pattern(delimiter).finditer(record))


def _counted(fields: int) -> str:
    return "1 field" if fields == 1 else f"{fields} fields"


FORMAT = ManifestFormat("csv", (".csv", ".tsv"), read)
