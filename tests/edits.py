"""What somebody with an editor does to a run file: anything, as if its triggers were not there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def edited(path: Path, *statements: str) -> None:
    """Change a run file, and leave its triggers as they were."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        tables = {entry[0] for entry in connection.execute("SELECT name FROM sqlite_master")}
        for _, text in triggers:
            if any(f" ON {table}" in text for table in tables):
                connection.execute(text)
