"""Users of a pool as a manifest, in CSV or YAML: what names them, and what helps a person to go over them.

The rows are read back by `username`. A name that a spreadsheet would run as a formula is left out of a CSV
file, and its user named by `sub`: defused it would be the name of nobody.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bulkreset.clock import iso
from bulkreset.errors import InputError, Problem
from bulkreset.ledger.partial import PartialFile
from bulkreset.reporting.csv import defused
from bulkreset.unwritable import unwritable

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "username",
    "sub",
    "status",
    "enabled",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "created_at",
    "modified_at",
)

NOT_PLAIN_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What a reader of YAML takes for a line end, or refuses, unless it is written as a number."""

Row = dict[str, str]


def check_manifest_path(path: Path) -> None:
    """Raises InputError where no new manifest can have this name."""
    if path.suffix.lower() not in WRITERS:
        advice = f"name it with {' or '.join(WRITERS)}"
        raise InputError(Problem("the name does not tell the format of the manifest", advice, path))
    if path.exists():
        raise InputError(Problem("this file exists already", "name a new one", path))


def write_manifest(users: pd.DataFrame, path: Path) -> None:
    """A new manifest of all these users by name, readable by its owner alone, and whole or not there."""
    check_manifest_path(path)
    partial = PartialFile(path)
    try:
        partial.create()
        with partial.path.open("w", encoding="utf-8", newline="") as file:
            WRITERS[path.suffix.lower()](_rows(users), file, path)
        partial.sync()
        partial.put_in_place()
    except FileExistsError:
        raise InputError(Problem("this file appeared meanwhile", "name a new one", path)) from None
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        partial.discard()


def _rows(users: pd.DataFrame) -> Iterator[Row]:
    from bulkreset.planning.frames import tuples  # noqa: PLC0415 - pandas, which no report needs

    for values in tuples(users[list(COLUMNS)].sort_values("username")):
        row = dict(zip(COLUMNS, values, strict=True))
        for name in ("created_at", "modified_at"):
            row[name] = iso(row[name]) if row[name] else ""
        yield {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()}


def _write_csv(rows: Iterator[Row], file: TextIO, path: Path) -> None:
    # A lone CR is left unquoted unless lines end in CR LF, and would be read as the end of a row.
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        name = row["username"]
        if defused(name) != name:
            if not row["sub"] or defused(row["sub"]) != row["sub"]:
                message = (
                    f"a spreadsheet would run the name {name!r} as a formula, and nothing else names the user"
                )
                raise InputError(Problem(message, "write a .yaml file", path))
            row["username"] = ""
        writer.writerow([defused(cell) for cell in row.values()])


def _write_yaml(rows: Iterator[Row], file: TextIO, _path: Path) -> None:
    """JSON, which is YAML too: one user a line."""
    empty = True
    for row in rows:
        text = json.dumps({name: value for name, value in row.items() if value}, ensure_ascii=False)
        file.write(f"- {NOT_PLAIN_IN_YAML.sub(_by_number, text)}\n")
        empty = False
    if empty:
        file.write("[]\n")


def _by_number(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


WRITERS: dict[str, Callable[[Iterator[Row], TextIO, Path], None]] = {
    ".csv": _write_csv,
    ".yaml": _write_yaml,
    ".yml": _write_yaml,
}
