"""Reads the text of a settings file: a regular size, UTF-8, and nothing that a terminal would act on."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from bulkreset.errors import InputError, Problem

MAX_BYTES = 1_000_000

UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not allow in its text (YAML 1.2.2, production 1 c-printable)."""


def read_text(path: Path) -> str:
    """The text of the file. Raises InputError, placed where the file allows it."""
    text = _decode(path, _read(path))
    unprintable = UNPRINTABLE.search(text)
    if unprintable:
        code = ord(unprintable.group())
        name = "a NUL" if code == 0 else f"an unprintable character (U+{code:04X})"
        line, column = _place(text[: unprintable.start()])
        raise InputError(Problem(f"{name} is in the file", "remove it", path, line, column))
    return text


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(Problem("there is no such file", "check the path", path)) from None
    except IsADirectoryError:
        raise InputError(Problem("this is a directory", "name the YAML file in it", path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            Problem(f"the file cannot be read ({reason})", "check the path and its permissions", path)
        ) from None
    if len(content) > MAX_BYTES:
        raise InputError(
            Problem(
                "the file is over 1 MB, too large for settings", "list users in the manifest, not here", path
            )
        )
    return content


def _decode(path: Path, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(Problem("the file is UTF-16", "save it as UTF-8", path, 1, 1))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(error.object[: error.start].decode("utf-8"))
        raise InputError(
            Problem(
                f"byte 0x{error.object[error.start]:02X} is not UTF-8",
                "save the file as UTF-8",
                path,
                line,
                column,
            )
        ) from None


def _place(before: str) -> tuple[int, int]:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1
