"""A text file as a stream of UTF-8 blocks, whatever Unicode encoding it was saved in.

A byte-order mark decides between UTF-8 and UTF-16; without one the file is UTF-8. Any other
encoding is refused rather than guessed: a wrong guess would change identifiers silently.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from bulkreset.errors import InputError, Problem

BLOCK_BYTES = 4 * 1024 * 1024

NUL = re.compile(rb"\0")

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def newlines_in(text: bytes) -> int:
    """The number of line ends: LF, CR, or both together as one."""
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def utf8_blocks(
    path: Path, block_bytes: int = BLOCK_BYTES, unwanted: re.Pattern[bytes] = NUL
) -> Iterator[bytes]:
    """The text of a file as UTF-8 without a byte-order mark, never split within a character.

    Raises InputError with line and column where the bytes are not text, or where `unwanted` matches.
    """
    place = _Place(path, unwanted)
    try:
        with path.open("rb") as stream:
            raw = stream.read(block_bytes)
            mark, encoding = next(
                (known for known in BYTE_ORDER_MARKS if raw.startswith(known[0])), (b"", "utf-8")
            )
            decoder = codecs.getincrementaldecoder(encoding)()
            raw = raw.removeprefix(mark)
            while raw:
                yield place.passed(_decoded(decoder, raw, encoding, place))
                raw = stream.read(block_bytes)
            _decoded(decoder, b"", encoding, place)
    except FileNotFoundError:
        raise InputError(Problem("there is no such file", "check the path", path)) from None
    except OSError as error:
        message = f"the manifest cannot be read ({error.strerror})"
        raise InputError(Problem(message, "check the path and its permissions", path)) from None


class _Place:
    """How far the text has been read, so that a bad byte can be given its line and column."""

    def __init__(self, path: Path, unwanted: re.Pattern[bytes]) -> None:
        self._path = path
        self._unwanted = unwanted
        self._newlines = 0
        self._line_start = b""
        self._after_cr = False

    def passed(self, block: bytes) -> bytes:
        unwanted = self._unwanted.search(block)
        if unwanted:
            raise self.error(*_described(unwanted.group().decode()), block[: unwanted.start()])
        self._newlines += self._count(block)
        last_end = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self._line_start = block[last_end + 1 :] if last_end >= 0 else self._line_start + block
        self._after_cr = block.endswith(b"\r") if block else self._after_cr
        return block

    def error(self, message: str, advice: str, before: bytes) -> InputError:
        line = self._newlines + self._count(before) + 1
        last_end = max(before.rfind(b"\n"), before.rfind(b"\r"))
        on_line = before[last_end + 1 :] if last_end >= 0 else self._line_start + before
        return InputError(Problem(message, advice, self._path, line, len(on_line.decode()) + 1))

    def _count(self, block: bytes) -> int:
        return newlines_in(block) - (self._after_cr and block.startswith(b"\n"))


def _described(character: str) -> tuple[str, str]:
    if character == "\0":
        return "a NUL byte", "save the file as UTF-8 text"
    return f"an unprintable character (U+{ord(character):04X})", "remove it"


def _decoded(decoder: codecs.IncrementalDecoder, raw: bytes, encoding: str, place: _Place) -> bytes:
    try:
        return decoder.decode(raw, final=not raw).encode()
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(encoding).encode()
        shown = error.object[error.start : error.end].hex(" ")
        advice = "save the file as UTF-8; spreadsheets call it `CSV UTF-8`"
        raise place.error(f"the bytes {shown} are not {encoding.upper()} text", advice, before) from error
