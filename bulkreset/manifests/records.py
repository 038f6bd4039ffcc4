"""Where the records of a CSV text start and end, and how many fields each has.

pandas says neither on which line a record starts nor which one is ragged, so this is found here,
from the same bytes that pandas then turns into values. Quotes that only enclose fields are a
matter of parity and counted with numpy; a stray quote anywhere in a block sends that block
through the exact but slower grammar of `_scanned`, which is that of pandas' C tokenizer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Octets = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

QUOTE, LF, CR, SPACE, TAB = b'"\n\r \t'


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """The whole records at the head of some text.

    `starts` and `ends` are byte positions, ends without the line end. `fields` counts the fields
    of each, 0 for a blank line; `lines` is the physical line of each. `misquoted` marks records
    with text between a closing quote and the next delimiter. The text from `rest_at` on is an
    incomplete record, which starts on `rest_line`. `quote_line` is where a quote opens that the
    text does not close.
    """

    starts: Positions
    ends: Positions
    fields: Positions
    lines: Positions
    misquoted: Flags
    rest_at: int
    rest_line: int
    quote_line: int | None


@dataclass(frozen=True, slots=True, eq=False)
class _Borders:
    """Byte positions: of the line ends that end records, and of the delimiters that part fields."""

    line_ends: Positions
    delimiters: Positions
    misquoted: Positions
    open_quote: int | None


def split(text: bytes, delimiter: int, first_line: int, *, final: bool) -> Records:
    """The records of `text`, which starts at a record; when `final`, the last needs no line end."""
    octets = np.frombuffer(text, np.uint8)
    newlines = _newlines(octets, final=final)
    borders = _enclosed(octets, newlines, delimiter) or _scanned(text, newlines, delimiter)
    starts = np.append(0, borders.line_ends + 1)
    ends = _without_return(octets, starts[:-1], borders.line_ends)
    rest_at = int(starts[-1])
    if final and rest_at < len(text):
        ends = np.append(ends, len(text))
        rest_at = len(text)
    else:
        starts = starts[:-1]
    parted = np.searchsorted(borders.delimiters, ends) - np.searchsorted(borders.delimiters, starts)
    blank = _blank(text, octets, starts, ends) & (parted == 0)
    misquoted = np.zeros(len(starts), np.bool_)
    misquoted[np.searchsorted(starts, borders.misquoted[borders.misquoted < rest_at], "right") - 1] = True

    def line_of(position: int) -> int:
        return first_line + int(np.searchsorted(newlines, position))

    return Records(
        starts,
        ends,
        np.where(blank, 0, parted + 1),
        first_line + np.searchsorted(newlines, starts),
        misquoted,
        rest_at,
        line_of(rest_at),
        None if borders.open_quote is None else line_of(borders.open_quote),
    )


def _newlines(octets: Octets, *, final: bool) -> Positions:
    """The last byte of each line end. A CR at the very end may be half of one, unless `final`."""
    line_feeds = np.flatnonzero(octets == LF)
    returns = np.flatnonzero(octets == CR)
    if not len(returns):
        return line_feeds
    last = len(octets) - 1
    followed_by_feed = octets[np.minimum(returns + 1, last)] == LF
    alone = ~followed_by_feed & ((returns != last) | final)
    return np.sort(np.append(line_feeds, returns[alone]))


def _without_return(octets: Octets, starts: Positions, line_ends: Positions) -> Positions:
    paired = (octets[line_ends] == LF) & (octets[line_ends - 1] == CR) & (line_ends > starts)
    without: Positions = line_ends - paired
    return without


def _enclosed(octets: Octets, newlines: Positions, delimiter: int) -> _Borders | None:
    """The borders where quotes only enclose whole fields; None when a quote does anything else."""
    delimiters = np.flatnonzero(octets == delimiter)
    quotes = np.flatnonzero(octets == QUOTE)
    nowhere = np.array([], np.int64)
    if not len(quotes):
        return _Borders(newlines, delimiters, nowhere, None)
    allowed = np.array([delimiter, LF, CR, QUOTE], np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    before = octets[opening[opening > 0] - 1]
    after = octets[closing[closing < len(octets) - 1] + 1]
    if not (np.isin(before, allowed).all() and np.isin(after, allowed).all()):
        return None
    return _Borders(
        newlines[np.searchsorted(quotes, newlines) % 2 == 0],
        delimiters[np.searchsorted(quotes, delimiters) % 2 == 0],
        nowhere,
        _last_opening(opening, closing) if len(quotes) % 2 else None,
    )


def _last_opening(opening: Positions, closing: Positions) -> int:
    """The last quote that opens a field; one right behind a closing quote makes a doubled quote with it."""
    doubled = np.append(False, opening[1:] == closing + 1)
    return int(opening[~doubled][-1])


def _scanned(text: bytes, newlines: Positions, delimiter: int) -> _Borders:
    """The borders by reading field after field: a quote encloses only where a field starts."""
    line_ends: list[int] = []
    delimiters: list[int] = []
    misquoted: list[int] = []
    open_quote = None
    for field in field_pattern(delimiter).finditer(text):
        if field["after_quote"]:
            misquoted.append(field.start())
        if field["unclosed"] is not None:
            open_quote = field.start()
        elif field["border"] == bytes([delimiter]):
            delimiters.append(field.end() - 1)
        elif field["border"]:
            line_ends.append(field.end() - 1)
    ends = np.array(line_ends, np.int64)
    return _Borders(
        ends[np.isin(ends, newlines)],
        np.array(delimiters, np.int64),
        np.array(misquoted, np.int64),
        open_quote,
    )


@cache
def field_pattern(delimiter: int) -> re.Pattern[bytes]:
    """One field and the border that ends it: a delimiter, a line end, or the end of the text."""
    pattern = rb"""
        (?P<value>
            " (?: [^"]++ | "" )*+ (?: " (?P<after_quote> [^\r\n@]*+ ) | (?P<unclosed> \Z ) )
            | [^\r\n@]*+
        )
        (?P<border> @ | \r\n | \r | \n | \Z )
    """
    return re.compile(pattern.replace(b"@", re.escape(bytes([delimiter]))), re.VERBOSE)


def fields_of(record: bytes, delimiter: int) -> Iterator[bytes]:
    """The fields of one record, still quoted."""
    for field in field_pattern(delimiter).finditer(record):
        yield field["value"]
        if not field["border"]:
            return


def _blank(text: bytes, octets: Octets, starts: Positions, ends: Positions) -> Flags:
    """Which records are nothing but spaces and tabs."""
    blank: Flags = starts == ends
    if len(octets):
        first = octets[np.minimum(starts, len(octets) - 1)]
        for suspect in np.flatnonzero(~blank & ((first == SPACE) | (first == TAB))):
            blank[suspect] = not text[starts[suspect] : ends[suspect]].strip(b" \t")
    return blank
