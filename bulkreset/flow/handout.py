"""The hand-out of a run: making the key for it, opening it where the key is, and destroying it."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bulkreset.clock import Clock
from bulkreset.errors import InputError, Problem, Refused
from bulkreset.flow.report import reading
from bulkreset.flow.written import write_file
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.handout import PURGED, HandedOut
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import Outcome
from bulkreset.reporting.csv import defused
from bulkreset.secrets.age import Opener, new_identity
from bulkreset.secrets.process import leave_no_core
from bulkreset.secrets.secret import Secret

COLUMNS = ("username", "password")


def make_key(out: Path) -> str:
    """Write a new age identity to a new file that only its owner reads; returns its recipient."""
    leave_no_core()
    identity, recipient = new_identity()
    try:
        descriptor = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise InputError(Problem("this file exists already", "name a new one", out)) from None
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"# public key: {recipient}\n{identity.reveal()}\n")
    return recipient


def hands_out(run: Path) -> bool:
    """Whether there is a sealed password in a run."""
    with reading(run) as reader:
        return next(reader.handed_out(), None) is not None


@dataclass(frozen=True, slots=True)
class Opened:
    """What was written: `passwords` that are in force, and `uncertain` ones whose call was not answered.

    `to_come`: rows that the run has not come to yet.
    """

    passwords: int
    uncertain: int
    to_come: int


def open_handout(run: Path, identity: Path, out: Path) -> Opened:
    """Write the passwords of a run as CSV to `out`, which only its owner reads. Takes no call.

    Of a user whose password is not certain every candidate is written, the latest first. Raises InputError
    where the identity opens none, or something was changed; then nothing is written.
    """
    leave_no_core()
    opener = Opener(identity)
    with reading(run) as reader:
        _refuse_empty(reader, run)
        counted = {True: 0, False: 0}

        def write(file: TextIO) -> None:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(COLUMNS)
            for handed_out in reader.handed_out():
                password = _opened(opener, handed_out, run)
                writer.writerow([defused(handed_out.username), password.reveal()])
                counted[handed_out.is_certain] += 1

        write_file(out, write, run)
        to_come = reader.outcomes().get(Outcome.NOT_ATTEMPTED, 0)
    return Opened(counted[True], counted[False], to_come)


def _refuse_empty(reader: RunReader, run: Path) -> None:
    if reader.meta(PURGED) is not None:
        raise Refused(f"the hand-out of {run} was purged; `bulkreset audit {run}` says when")
    if not (reader.meta("job").get("handout") or {}).get("recipients"):
        raise InputError(
            Problem("the job of this run hands out nothing", "its `handout` names no recipients", run)
        )


def _opened(opener: Opener, handed_out: HandedOut, run: Path) -> Secret:
    content = json.loads(opener.open(handed_out.sealed, run))
    if content.get("username") != handed_out.username:
        raise InputError(
            Problem(
                f"the sealed password of row {handed_out.row} is another user's: the file was changed",
                f"`bulkreset check {run}` says more; restore it from a copy",
                run,
            )
        )
    return Secret(content["password"])


def purge_handout(run: Path, clock: Clock) -> int:
    """Destroy the sealed passwords of a run; how many there were. Copies of the file keep theirs.

    Raises RunBusy while somebody carries the run out.
    """
    with lock_run(run), open_for_writing(run) as connection:
        return Journal(connection).purge_handout(clock.now())
