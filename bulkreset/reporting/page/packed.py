"""Rows as they are embedded in a page: columns, with what rows share kept once, compressed.

Two hundred thousand rows take two to seven megabytes so, as random as their names are, and a browser has
them unpacked in a moment.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence

COMPRESSION = 6

Kind = tuple[str | int, ...]


def packed(
    rows: Iterable[tuple[int, str, str, Kind]],
    others: Mapping[str, Sequence[str | int | None]] | None = None,
) -> str:
    """Base64 of gzipped JSON.

    A row has its number, its identifier, its username, and the values that it shares with many others. In
    the JSON `kinds` are those values, each once, `kind` has the place of each row's in that list, and a
    username that is the identifier is 0. `others` are further columns, with a value for each row.
    """
    known: dict[Kind, int] = {}
    numbers: list[int] = []
    identifiers: list[str] = []
    usernames: list[str | int] = []
    places: list[int] = []
    for number, identifier, username, kind in rows:
        numbers.append(number)
        identifiers.append(identifier)
        usernames.append(0 if username == identifier else username)
        places.append(known.setdefault(kind, len(known)))
    table = {
        "kinds": list(known),
        "kind": places,
        "row": 0 if numbers == list(range(1, len(numbers) + 1)) else numbers,
        "identifier": identifiers,
        "username": usernames,
        "others": others or {},
    }
    text = json.dumps(table, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("ascii"), COMPRESSION, mtime=0)).decode("ascii")
