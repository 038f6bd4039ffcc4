"""The seal: a hash over everything that planning wrote and that the plan's digest does not hold.

Nobody signs it: it shows what a disk or a careless hand did, not what a forger did.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3

from bulkreset.ledger.schema import MUTABLE_META
from bulkreset.planning.digest import DIGESTED_COLUMNS

SEAL = "seal"
"""The meta key of the seal."""

SEALED_COLUMNS = ("row", "line", "kind", "problem", "turn", "wave", "medium", "overrides")


def seal_of(connection: sqlite3.Connection) -> str:
    """The seal, in hexadecimal, of what stands in the file now."""
    digest = hashlib.sha256()
    # One text per row, made by SQLite: this runs once per row.
    columns = " || ',' || ".join(f"quote({name})" for name in SEALED_COLUMNS if name not in DIGESTED_COLUMNS)
    for (text,) in connection.execute(f"SELECT {columns} FROM plan ORDER BY row"):  # noqa: S608 - our names
        digest.update(text.encode("utf-8"))
    for row in connection.execute("SELECT row, cells FROM extras ORDER BY row"):
        digest.update(json.dumps(tuple(row)).encode("ascii"))
    for key, value in connection.execute("SELECT key, value FROM meta ORDER BY key"):
        if key not in MUTABLE_META and key != SEAL:
            digest.update(json.dumps([key, value]).encode("ascii"))
    return digest.hexdigest()
