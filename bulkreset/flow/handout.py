"""The hand-out of a run: making the key for it, opening it where the key is, and destroying it."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bulkreset.clock import Clock, SystemClock
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
from bulkreset.settings.job import Job
from bulkreset.shell import quoted
from bulkreset.unwritable import unwritable

COLUMNS = ("username", "password")

SYSTEM_CLOCK = SystemClock()


def make_key(out: Path) -> str:
    """Write a new age identity to a new file that only its owner reads; returns its recipient."""
    leave_no_core()
    identity, recipient = new_identity()
    try:
        descriptor = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise InputError(Problem("this file exists already", "name a new one", out)) from None
    except OSError as error:
        raise unwritable(out, error) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"# public key: {recipient}\n{identity.reveal()}\n")
    return recipient


def how_to_open(run: Path) -> str:
    """Who opens the passwords of a run, and how; "" where there are none."""
    with reading(run) as reader:
        if next(reader.handed_out(), None) is None:
            return ""
        if is_stored(reader):
            return f"with access to the secrets: bulkreset handout open {quoted(run)} --out passwords.csv"
        return f"with the key: bulkreset handout open {quoted(run)} --identity KEY --out passwords.csv"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was written: `passwords` that are in force, and `uncertain` ones whose call was not answered.

    `to_come`: rows that the run has not come to yet.
    """

    passwords: int
    uncertain: int
    to_come: int


def open_handout(
    run: Path,
    identity: Path | None,
    out: Path,
    environment: Path | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Opened:
    """Write the passwords of a run as CSV to `out`, which only its owner reads.

    Where they are sealed `identity` opens them, without a call. Where they are stored in AWS it takes access:
    that of an environment file, or of the run. Of a user whose password is not certain every candidate is
    written, the latest first. Raises InputError where the identity opens none, or something was changed; then
    nothing is written.
    """
    leave_no_core()
    with reading(run) as reader:
        _refuse_empty(reader, run)
        opened = _way_to_open(reader, run, identity, environment, clock)
        counted = {True: 0, False: 0}

        def write(file: TextIO) -> None:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(COLUMNS)
            for handed_out in reader.handed_out():
                password = opened(handed_out)
                writer.writerow([defused(handed_out.username), password.reveal()])
                counted[handed_out.is_certain] += 1

        write_file(out, write, run)
        to_come = _left(reader)
    return Opened(counted[True], counted[False], to_come)


def _refuse_empty(reader: RunReader, run: Path) -> None:
    if reader.meta(PURGED) is not None:
        raise Refused(f"the hand-out of {run} was purged; `bulkreset audit {quoted(run)}` says when")
    handout = Job.model_validate(reader.meta("job")).handout
    if handout is None and reader.meta("given_passwords") is not None:
        raise InputError(
            Problem("the manifest gave all passwords of this run", "look there: none was made", run)
        )
    if handout is None or not handout.reaches_somebody:
        raise InputError(
            Problem("the job of this run hands out nothing", "its `handout` names no recipients", run)
        )


def _way_to_open(
    reader: RunReader, run: Path, identity: Path | None, environment: Path | None, clock: Clock
) -> Callable[[HandedOut], Secret]:
    if is_stored(reader):
        # boto3, which sealed passwords do not need
        from bulkreset.flow.stored_handout import StoredOpener, place_of  # noqa: PLC0415

        return StoredOpener(place_of(reader, environment, clock), run).open
    if identity is None:
        raise InputError(
            Problem(
                "the passwords of this run are sealed", "name the file of your age key with --identity", run
            )
        )
    opener = Opener(identity)
    return lambda handed_out: _opened(opener, handed_out, run)


def is_stored(reader: RunReader) -> bool:
    """Whether the passwords of a run are in AWS Secrets Manager, rather than sealed in its file."""
    handout = Job.model_validate(reader.meta("job")).handout
    return handout is not None and handout.secrets_manager is not None


def _opened(opener: Opener, handed_out: HandedOut, run: Path) -> Secret:
    content = json.loads(opener.open(handed_out.sealed, run))
    if content.get("username") != handed_out.username:
        raise InputError(
            Problem(
                f"the sealed password of row {handed_out.row} is another user's: the file was changed",
                f"`bulkreset check {quoted(run)}` says more; restore it from a copy",
                run,
            )
        )
    return Secret(content["password"])


@dataclass(frozen=True, slots=True)
class Purged:
    """How many `passwords` the run file lost, and how many `secrets` were deleted in AWS.

    `left`: rows that the run had not come to, and now never does.
    """

    passwords: int
    secrets: int = 0
    left: int = 0


def rows_left(run: Path) -> int:
    """The rows that a run has not come to yet."""
    with reading(run) as reader:
        return _left(reader)


def _left(reader: RunReader) -> int:
    return reader.outcomes().get(Outcome.NOT_ATTEMPTED, 0)


def refuse_purged(reader: RunReader, run: Path) -> None:
    """Raise Refused where the hand-out was destroyed: nobody could open what it would set from now on."""
    if reader.meta(PURGED) is not None:
        raise Refused(
            f"the hand-out of {run} was purged, so nobody could open the passwords it would set from now on; "
            f"`bulkreset retry {quoted(run)}` writes the rows that are left, for a new plan"
        )


def purge_handout(
    run: Path, clock: Clock, environment: Path | None = None, *, at_once: bool = False
) -> Purged:
    """Destroy the passwords of a run, and delete its secrets in AWS. Copies of the file keep sealed ones.

    AWS keeps secrets for a week unless they go `at_once`. Raises RunBusy while somebody carries the run out.
    Where a secret cannot be deleted the run file stays as it was. A run that has no passwords stays as it
    is; another one that has not finished cannot be resumed afterwards (`refuse_purged`).
    """
    with lock_run(run), open_for_writing(run) as connection:
        reader, deleted = RunReader(connection), 0
        if is_stored(reader):
            # boto3, which sealed passwords do not need
            from bulkreset.flow.stored_handout import delete_secrets  # noqa: PLC0415

            deleted = delete_secrets(reader, environment, clock, at_once=at_once)
        if not deleted and not reader.has_handout():
            return Purged(0)
        purged = Journal(connection).purge_handout(clock.now(), deleted)
        return Purged(purged, deleted, _left(reader))
