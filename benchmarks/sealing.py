"""How fast passwords are made, sealed and committed with the intents of their steps.

    python benchmarks/sealing.py [PASSWORDS]

Prints a table. The quota of UserAccountRecovery is 30 calls a second; sealing must never be what a run waits
for. Commits are durable (synchronous = FULL), so the disk counts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factories import new_run, plan_row

from bulkreset.execution.item import Item
from bulkreset.execution.passwords import Passwords
from bulkreset.ledger.connection import open_for_writing
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import StepState
from bulkreset.pool import PasswordPolicy
from bulkreset.secrets.age import Sealer, new_identity
from bulkreset.secrets.generator import Generator, Recipe

PASSWORDS = 5_000
BATCHES = (1, 6, 64, 512)
"""Six is what a launch takes at 30 calls a second."""

POLICY = PasswordPolicy(minimum_length=8, uppercase=True, lowercase=True, numbers=True, symbols=True)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PASSWORDS
    generator, sealer = Generator(POLICY, Recipe()), Sealer([new_identity()[1]])
    print(f"{'':<40}{'per second':>12}")
    with timed("made", count):
        made = [generator.new() for _ in range(count)]
    with timed("sealed", count):
        for password in made:
            sealer.seal(password.reveal().encode())
    for batch in BATCHES:
        _committed(count, batch, Passwords(generator.new, sealer.seal))


@contextmanager
def timed(what: str, count: int) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{what:<40}{count / (time.perf_counter() - began):>12,.0f}")


def _committed(count: int, batch: int, passwords: Passwords) -> None:
    count = min(count, batch * 400)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.run"
        new_run(path, [plan_row(n, steps="set-temporary-password") for n in range(1, count + 1)])
        with open_for_writing(path) as connection:
            items = [Item.resumed(work) for work in RunReader(connection).backlog(0, count, 1)]
            journal = Journal(connection)
            with timed(f"made, sealed and committed by {batch}", count):
                for first in range(0, count, batch):
                    _launch(journal, passwords, items[first : first + batch])


def _launch(journal: Journal, passwords: Passwords, items: list[Item]) -> None:
    """As the executor does before it lets calls go."""
    sealed = [passwords.new(item).sealed for item in items]
    intents = []
    for item in items:
        item.tries += 1
        intents.append(item.changed(StepState.IN_FLIGHT))
    journal.record(intents, {}, [password for password in sealed if password])


if __name__ == "__main__":
    main()
