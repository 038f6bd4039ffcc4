"""Passwords that the manifest gives: looked at by the plan, read anew for each runner, and kept by neither.

Whoever made the manifest knows them, so a job takes them only by consent, and from a file that is its
owner's alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from bulkreset.actions.base import PasswordUse
from bulkreset.actions.registry import actions
from bulkreset.errors import SHOWN_PROBLEMS, InputError, Outdated, Problem, Refused
from bulkreset.flow.password_shape import Shape, shape_of
from bulkreset.flow.selecting import sha256_of
from bulkreset.flow.user.password_rules import password_rules
from bulkreset.goals.base import DecisionKind
from bulkreset.goals.registry import policy_keys
from bulkreset.ledger.read import RunReader
from bulkreset.manifests.reading import ManifestChunk, read_manifest
from bulkreset.pool import PasswordPolicy
from bulkreset.secrets.secret import Secret
from bulkreset.settings.consent import GIVEN
from bulkreset.settings.job import Job
from bulkreset.shell import quoted

META = "given_passwords"
"""The meta key of how many rows have a password of the manifest; absent where none has."""

ACCEPTED = re.compile(r"\S{1,256}")
"""API Reference, PasswordType."""

NOT_ACCEPTED = "Cognito takes passwords of up to 256 characters without spaces; write another"
OTHERS = 0o077
MARK_BYTES = 8


class GivenPasswords:
    """What a plan learns of the passwords in its manifest, without keeping any."""

    def __init__(self, path: Path, job: Job, *, is_copy: bool = False) -> None:
        self._path = path
        self._is_copy = is_copy
        self._consents = GIVEN in job.consent
        self._has_column = False
        self._rows: dict[int, Shape] = {}
        self._shapes: dict[Shape, Shape] = {}
        self._key = secrets.token_bytes(32)
        self._marks: Counter[bytes] = Counter()

    def look_at(self, chunk: ManifestChunk) -> None:
        """Take note of which rows have a password; one that Cognito would not take is the row's problem.

        Raises InputError where the job does not consent, or where others may read the file.
        """
        if chunk.passwords is None:
            return
        if not self._consents:
            raise InputError(
                Problem(
                    "there is a column of passwords, which whoever has read this file knows",
                    "remove it and have passwords made (`handout`), or take the hazard with "
                    f"`consent: [{GIVEN}]` in the job",
                    self._path,
                    chunk.password_line,
                )
            )
        if self._is_copy:
            advice = "copy it here, make it your own alone (`chmod 600`), and name that file in the job"
            raise InputError(
                Problem("passwords are taken from a file on this machine alone", advice, self._path)
            )
        if not self._has_column:
            refuse_readable(self._path)
        self._has_column = True
        rows = chunk.rows["row"].tolist()
        unfit = [bool(text) and ACCEPTED.fullmatch(text) is None for text in chunk.passwords]
        _add_problem(chunk.rows, unfit)
        for row, text, is_unfit in zip(rows, chunk.passwords, unfit, strict=True):
            if text and not is_unfit:
                shape = shape_of(text)
                self._rows[row] = self._shapes.setdefault(shape, shape)
                self._marks[self._mark(text)] += 1

    def _mark(self, text: str) -> bytes:
        """Tells whether two passwords are the same, in this process alone, and nothing else of them."""
        content = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, key=self._key, digest_size=MARK_BYTES).digest()

    def refuse_missing(self, plan: pd.DataFrame, job: Job) -> None:
        """Raise InputError for rows to be given a password that have none, where none is made either."""
        if not self._has_column or job.handout is not None:
            return
        missing = plan[_is_set(plan) & ~plan["row"].isin(list(self._rows))]
        if missing.empty:
            return
        message = "this user is to be given a password, and has none"
        advice = "write one, or add `handout` to the job, so that one is made and sealed"
        lines = missing["line"].head(SHOWN_PROBLEMS).tolist()
        raise InputError([Problem(message, advice, self._path, line) for line in lines], len(missing))

    def refuse_unfit(self, plan: pd.DataFrame, policy: PasswordPolicy | None) -> None:
        """Raise InputError for passwords that the pool would not take; without a policy nothing is known."""
        unfit = [] if policy is None else [row for row, one in self._rows.items() if not one.fits(policy)]
        found = plan[_is_set(plan) & plan["row"].isin(unfit)] if unfit else plan.head(0)
        if policy is None or found.empty:
            return
        message = "the pool does not take this password"
        advice = f"write one of {password_rules(policy)}"
        lines = found["line"].head(SHOWN_PROBLEMS).tolist()
        raise InputError([Problem(message, advice, self._path, line) for line in lines], len(found))

    @property
    def hazards(self) -> tuple[str, ...]:
        """What is to be told of a plan that takes them."""
        if not self._rows:
            return ()
        shared = sum(users for users in self._marks.values() if users > 1)
        alike = f"; {shared:,} of them share theirs with another" if shared else ""
        told = f"{len(self._rows):,} users get a password that whoever made the manifest knows{alike}"
        return (f"GIVEN PASSWORDS, by consent `{GIVEN}`: {told}",)

    @property
    def meta(self) -> dict[str, object]:
        return {META: len(self._rows)} if self._rows else {}


def _is_set(plan: pd.DataFrame) -> pd.Series[bool]:
    """Which rows are to be given a password that somebody is to know."""
    handed_out = {name for name, one in actions().items() if one.password is PasswordUse.HANDED_OUT}
    sets = plan["steps"].map(lambda steps: not handed_out.isdisjoint(steps.split()))
    return (plan["decision"] == DecisionKind.DO.value) & sets


def given_of(reader: RunReader) -> Mapping[int, Secret]:
    """The passwords that a run's manifest gives, by row: read anew, as a run file keeps none.

    Raises Refused where the manifest is not there, is another one, or may be read by others.
    """
    if reader.meta(META) is None:
        return {}
    path = Path(reader.meta("manifest")["path"])
    if not path.is_file():
        raise Refused(f"the passwords of this run are in {path}, which is not there; put it back as it was")
    refuse_readable(path)
    if sha256_of(path) != reader.meta("manifest")["sha256"]:
        raise Outdated(f"{path} has changed since the plan, and holds its passwords; plan again")
    return dict(_read(path, reader.meta("goal")))


def _read(path: Path, goal: str) -> Iterator[tuple[int, Secret]]:
    for chunk in read_manifest(path, policy_keys(), goal):
        if chunk.passwords is None:
            continue
        for row, text in zip(chunk.rows["row"].tolist(), chunk.passwords, strict=True):
            if text:
                yield row, Secret(text)


def refuse_readable(path: Path) -> None:
    """Raise Refused for a file that is not its owner's alone."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise Refused(f"{path} holds passwords and is no regular file; give it as one")
    if found.st_uid != os.geteuid():
        raise Refused(f"{path} holds passwords and belongs to somebody else; make it your own")
    if found.st_mode & OTHERS:
        raise Refused(f"{path} holds passwords and others may open it; run `chmod 600 {quoted(path)}`")


def _add_problem(rows: pd.DataFrame, unfit: list[bool]) -> None:
    if any(unfit):
        told = rows["problem"].mask(rows["problem"] != "", rows["problem"] + "; ") + NOT_ACCEPTED
        rows["problem"] = rows["problem"].mask(pd.Series(unfit, index=rows.index), told)
