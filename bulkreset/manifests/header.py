"""The header of a CSV manifest: its names, and the delimiter that parts them.

The delimiter is the one under which the header names an identifier, and failing that the one
that gives the most columns; the users below have no say in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bulkreset.errors import InputError, Problem
from bulkreset.manifests.blocks import newlines_in
from bulkreset.manifests.columns import IDENTIFIERS, canonical
from bulkreset.manifests.records import field_pattern

DELIMITER_NAMES = {ord(","): "a comma", ord(";"): "a semicolon", ord("\t"): "a tab"}


@dataclass(frozen=True, slots=True)
class Header:
    """`size` is the number of bytes down to the first line below the header, which is `line`."""

    names: tuple[str, ...]
    delimiter: int
    line: int
    size: int

    @property
    def names_a_user(self) -> bool:
        return any(canonical(name) in IDENTIFIERS for name in self.names)


def read_header(text: bytes, path: Path, *, final: bool) -> Header | None:
    """The header at the head of `text`; None when more text is needed to tell where it ends.

    Raises InputError when the whole file holds none.
    """
    blank = len(text) - len(text.lstrip(b" \t\r\n"))
    if blank == len(text) and final:
        raise InputError(Problem("the file is empty", "write a header, and a line for each user", path))
    start = max(text.rfind(b"\n", 0, blank), text.rfind(b"\r", 0, blank)) + 1
    parsed = (
        ()
        if blank == len(text)
        else (_parsed(text, start, delimiter, final=final) for delimiter in DELIMITER_NAMES)
    )
    candidates = [header for header in parsed if header]
    if candidates:
        return max(candidates, key=lambda header: (header.names_a_user, len(header.names)))
    if not final:
        return None
    line = newlines_in(text[:start]) + 1
    raise InputError(Problem("a quote opens in the header and is never closed", "close it", path, line))


def _parsed(text: bytes, start: int, delimiter: int, *, final: bool) -> Header | None:
    names: list[str] = []
    for field in field_pattern(delimiter).finditer(text, start):
        if field["unclosed"] is not None:
            return None
        names.append(_unquoted(field["value"]))
        if field["border"] != bytes([delimiter]):
            whole = final or (field.end() < len(text))
            line = newlines_in(text[:start]) + 1
            return Header(tuple(names), delimiter, line, field.end()) if whole else None
    return None


def _unquoted(field: bytes) -> str:
    text = field.decode()
    if not text.startswith('"'):
        return text
    inside, _, after = text[1:].replace('""', "\0").partition('"')
    return inside.replace("\0", '"') + after
