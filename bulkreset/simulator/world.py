"""The simulated account: its pools and everything that Cognito keeps beside them."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from bulkreset.clock import Clock
from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.directory import Directory
from bulkreset.simulator.engine import (
    Client,
    Pool,
    User,
    backend_of,
    client_and_pool,
    epoch_of,
    moto_time,
    user_of_token,
)
from bulkreset.simulator.outbox import Medium, Message, Outbox
from bulkreset.simulator.paging import Pager
from bulkreset.simulator.replica import Replica


@dataclass(frozen=True, slots=True)
class Challenge:
    """A sign-in that waits for a new password; `ends_at` is in epoch seconds."""

    username: str
    client_id: str
    ends_at: float


class SimulatedPool:
    """A moto pool with its indexes, and what moto does not keep.

    By username: `codes_sent_at`, when a confirmation code was sent; `temporary_since`, when a temporary
    password was set; `earlier_passwords`, all but the current one. By session: the `challenges` that were not
    answered yet.
    """

    def __init__(self, pool: Pool, clock: Clock, lag_seconds: float) -> None:
        self.pool = pool
        self.directory = Directory(pool)
        self.replica = Replica(clock, lag_seconds)
        self.replica.load(pool.users.values())
        self.codes_sent_at: dict[str, float] = {}
        self.temporary_since: dict[str, float] = {}
        self.earlier_passwords: dict[str, list[str]] = {}
        self.challenges: dict[str, Challenge] = {}
        self.estimated_users: int | None = None
        self.replica_role = ""

    @property
    def sends_with_ses(self) -> bool:
        sender = self.pool.extended_config.get("EmailConfiguration") or {}
        return sender.get("EmailSendingAccount") == "DEVELOPER"

    def load(self, users: Iterable[User]) -> None:
        """Puts users in as if they had always been there."""
        loaded = list(users)
        for user in loaded:
            self.pool.users[user.username] = user
            self.directory.index(user)
            if user.status == "FORCE_CHANGE_PASSWORD":
                self.temporary_since[user.username] = epoch_of(user.last_modified_date)
        self.replica.load(loaded)

    def put_password(self, user: User, password: str | None) -> None:
        """Replaces a user's password: the one before is remembered, and no challenge waits for a new one."""
        if user.password and user.password != password:
            self.earlier_passwords.setdefault(user.username, []).append(user.password)
        user.password = password
        self._end_challenges(user.username)

    def user(self, name: str) -> User:
        """Raises CognitoError when no user has this username or alias."""
        user = self.directory.find(name)
        if user is None:
            raise CognitoError("UserNotFoundException", "User does not exist.")
        return user

    def changed(self, user: User, at: float | None) -> None:
        """Takes note of a change; `at` becomes UserLastModifiedDate, unless it is None."""
        if at is not None:
            user.last_modified_date = moto_time(at)
        self.directory.index(user)
        self.replica.update(user)

    def take_up(self) -> list[User]:
        """Follows users that moto created or deleted by itself; the new ones are returned."""
        if len(self.pool.users) == self.directory.size:
            return []
        new, gone = self.directory.missing_and_gone()
        for user in new:
            self.changed(user, None)
        for username in gone:
            self.directory.forget(username)
            self.replica.remove(username)
            self._end_challenges(username)
            for kept in (self.codes_sent_at, self.temporary_since, self.earlier_passwords):
                kept.pop(username, None)
        return new

    def _end_challenges(self, username: str) -> None:
        for session in [key for key, one in self.challenges.items() if one.username == username]:
            del self.challenges[session]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent: by which way, on what occasion (Cognito's trigger source), with what code."""

    medium: Medium
    kind: str
    code: str


@dataclass(frozen=True)
class World:
    """What the operations work on. `lock` is held while an operation has its effect."""

    clock: Clock
    rng: random.Random
    outbox: Outbox
    pager: Pager
    list_lag_seconds: float
    lock: threading.RLock
    pools: dict[str, SimulatedPool]

    def simulated(self, pool: Pool) -> SimulatedPool:
        """The pool with its indexes, made on first sight of a pool."""
        known = self.pools.get(pool.id)
        if known is None or known.pool is not pool:
            known = self.pools[pool.id] = SimulatedPool(pool, self.clock, self.list_lag_seconds)
        return known

    def pool_of(self, call: Call) -> SimulatedPool:
        """The pool that a call names. Raises CognitoError when there is none in its region."""
        pool_id = str(call.params.get("UserPoolId", ""))
        pool = backend_of(call.account, call.region).user_pools.get(pool_id)
        if pool is None:
            raise CognitoError("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
        return self.simulated(pool)

    def pool_and_client(self, call: Call) -> tuple[SimulatedPool, Client]:
        """For operations that name an app client, and those of administrators its pool, too."""
        client_id = str(call.params.get("ClientId", ""))
        found = client_and_pool(client_id)
        named = self.pool_of(call).pool if "UserPoolId" in call.params else None
        if found is None or (named is not None and named is not found[1]):
            raise CognitoError("ResourceNotFoundException", f"User pool client {client_id} does not exist.")
        client, pool = found
        return self.simulated(pool), client

    def concerned(self, call: Call) -> tuple[SimulatedPool, User] | None:
        """The user that a call is about, however the call names it; None when that cannot be told."""
        if token := call.params.get("AccessToken"):
            found = user_of_token(str(token))
            name, pool = found or ("", None)
        elif "UserPoolId" in call.params:
            name = call.name_given
            pool = backend_of(call.account, call.region).user_pools.get(str(call.params["UserPoolId"]))
        else:
            name = call.name_given
            both = client_and_pool(str(call.params.get("ClientId", "")))
            pool = both[1] if both else None
        if pool is None:
            return None
        simulated = self.simulated(pool)
        user = simulated.directory.find(name)
        return None if user is None else (simulated, user)

    def send(
        self,
        pool: SimulatedPool,
        user: User,
        letter: Letter,
        call: Call,
    ) -> None:
        """Posts a message; to be called before any change of state.

        Raises CognitoError when the daily limit is reached.
        """
        now = self.clock.now()
        self.outbox.check_allowance(letter.medium, now, own_sender=pool.sends_with_ses)
        message = Message(
            at=now,
            pool_id=pool.pool.id,
            username=user.username,
            medium=letter.medium,
            destination=user.attribute_lookup[letter.medium.attribute],
            kind=letter.kind,
            code=letter.code,
            client_metadata=call.metadata,
        )
        self.outbox.post(message, own_sender=pool.sends_with_ses)

    def new_code(self) -> str:
        return f"{self.rng.randrange(1_000_000):06d}"
