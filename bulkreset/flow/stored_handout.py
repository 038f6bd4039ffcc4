"""The hand-out of a run whose passwords are in AWS Secrets Manager: reading it there, and deleting it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.cognito.secrets_manager import SecretsManager
from bulkreset.cognito.session import Aws
from bulkreset.errors import InputError, Problem
from bulkreset.flow.secret_store import names_made, secrets_manager
from bulkreset.ledger.handout import HandedOut
from bulkreset.ledger.read import RunReader
from bulkreset.secrets.secret import Secret
from bulkreset.secrets.stored import Reference, passwords_in
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.settings.loading import load_environment

BATCHES_IN_HAND = 8


def place_of(reader: RunReader, environment: Path | None, clock: Clock) -> SecretsManager:
    """Where the secrets of a run are, with the access of an environment file, or of the run's own.

    Makes no call. Raises Refused without credentials.
    """
    settings = (
        load_environment(environment)
        if environment
        else Environment.model_validate(reader.meta("environment"))
    )
    handout = Job.model_validate(reader.meta("job")).handout
    if handout is None or handout.secrets_manager is None:
        raise InputError("the job of this run stores no passwords in Secrets Manager")
    region = handout.secrets_manager.region or Environment.model_validate(reader.meta("environment")).region
    return secrets_manager(
        handout.secrets_manager.model_copy(update={"region": region}), Aws(settings, clock), clock
    )


class StoredOpener:
    """Reads passwords from secrets; of the latest batches each secret once."""

    def __init__(self, place: SecretsManager, run: Path) -> None:
        self._run = run
        self._passwords = lru_cache(BATCHES_IN_HAND)(
            lambda reference: passwords_in(place.read(reference)),
        )

    def open(self, handed_out: HandedOut) -> Secret:
        """The password of one row. Raises InputError where it is not where the run file says."""
        try:
            return self._passwords(Reference.from_bytes(handed_out.sealed))[handed_out.username]
        except (KeyError, ValueError):
            raise InputError(
                Problem(
                    f"the password of row {handed_out.row} is not in the secret that the run names",
                    "somebody has changed the secret or the file; restore it from a copy",
                    self._run,
                )
            ) from None


def delete_secrets(reader: RunReader, environment: Path | None, clock: Clock, *, at_once: bool) -> int:
    """Delete every secret of a run; how many there were. May be repeated after any failure."""
    place = place_of(reader, environment, clock)
    return sum(place.delete(name, at_once=at_once) for name in names_made(reader))
