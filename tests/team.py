"""Persons of a simulated account, and somebody with an editor: what tests of approvals share."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
from edits import edited

from bulkreset.ledger.chain import event_hash
from bulkreset.ledger.seal import seal_of
from bulkreset.simulator import Simulator

ACCOUNT = "123456789012"
ADA, BOB, EVE = "operators/ada", "operators/bob", "security/eve"

EventRow = tuple[int, float, str, str]


def arn_of(person: str) -> str:
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{person}"


def keys_of(simulator: Simulator, person: str, account: str = ACCOUNT) -> dict[str, str]:
    """The environment variables of a person, given as ROLE/SESSION."""
    role, session = person.split("/")
    arn = f"arn:aws:iam::{account}:role/{role}"
    issued = _client(simulator, "sts").assume_role(RoleArn=arn, RoleSessionName=session)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": issued["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": issued["SecretAccessKey"],
        "AWS_SESSION_TOKEN": issued["SessionToken"],
    }


def signing_key(simulator: Simulator, spec: str = "ECC_NIST_P256") -> str:
    """The ARN of a new KMS key."""
    made = _client(simulator, "kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec=spec)
    return str(made["KeyMetadata"]["Arn"])


def changes(simulator: Simulator) -> list[str]:
    """The operations called that change users."""
    calls = simulator.counters.all_calls()
    return [name for name in calls if not name.startswith(("Describe", "List", "Get"))]


def _client(simulator: Simulator, service: str) -> Any:
    return boto3.client(service, endpoint_url=simulator.endpoint_url, region_name="us-east-1")


class Forger:
    """Somebody who edits a run file and makes all its hashes anew."""

    def __init__(self, run: Path) -> None:
        self._run = run

    def events(self) -> list[EventRow]:
        with closing(sqlite3.connect(self._run)) as connection:
            return connection.execute("SELECT id, at, kind, detail FROM events ORDER BY id").fetchall()

    def write(self, events: Iterable[EventRow]) -> None:
        """These events, in a chain as if they had always been so."""
        rows, link = [], self._meta("digest")
        for number, (_, at, kind, detail) in enumerate(events, start=1):
            link = event_hash(link, number, at, kind, detail)
            rows.append(f"({number}, {at!r}, '{kind}', '{detail}', '{link}')")
        edited(
            self._run,
            "DELETE FROM events",
            *(f"INSERT INTO events VALUES {row}" for row in rows),  # noqa: S608 - a forger's own
            self._kept("events_head", {"id": len(rows), "hash": link}),
        )

    def change_approval(self, **changes: object) -> None:
        self.write(
            (
                number,
                at,
                kind,
                json.dumps({**json.loads(detail), **changes}) if kind == "approved" else detail,
            )
            for number, at, kind, detail in self.events()
        )

    def change_meta(self, key: str, value: object) -> str:
        """Change what planning wrote; returns the seal that fits."""
        edited(self._run, self._kept(key, value))
        with closing(sqlite3.connect(self._run)) as connection:
            seal = seal_of(connection)
        edited(self._run, self._kept("seal", seal))
        return seal

    def _kept(self, key: str, value: object) -> str:
        return f"UPDATE meta SET value = '{json.dumps(value)}' WHERE key = '{key}'"  # noqa: S608 - ours

    def _meta(self, key: str) -> Any:
        with closing(sqlite3.connect(self._run)) as connection:
            found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return json.loads(found[0])
