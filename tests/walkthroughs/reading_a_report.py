"""docs/reading-a-report.md: a run of two users, with the file of rows that a page of many has beside it."""

import gzip

from walking.rules import Rule, Walkthrough
from walking.world import World

from bulkreset.simulator import SeedUser


def begin(world: World) -> None:
    users = [SeedUser(name, email=f"{name}@example.com", email_verified=True) for name in ("ada", "ben")]
    world.pool(users)
    world.environment()
    world.write("users.csv", "email\nada@example.com\nben@example.com\n")
    world.job([], manifest="users.csv")
    world.carry_out("first.run")


def compress_the_rows(world: World) -> None:
    """As they lie beside the page of more rows than it holds: the columns of the CSV report."""
    world.also("bulkreset report first.run --out rows.csv")
    rows = (world.folder / "rows.csv").read_bytes()
    (world.folder / "report.rows.csv.gz").write_bytes(gzip.compress(rows))


WALKTHROUGH = Walkthrough(
    "docs/reading-a-report.md",
    begin,
    [Rule("zgrep", before=compress_the_rows)],
    needs=("zgrep",),
)
