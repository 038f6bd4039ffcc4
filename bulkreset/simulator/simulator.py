"""The simulator as a whole: built, started, seeded, asked and stopped."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, Unpack

from bulkreset.clock import Clock, SystemClock
from bulkreset.errors import InputError
from bulkreset.rates.quotas import DOCUMENTED_RATES
from bulkreset.simulator.account import Account
from bulkreset.simulator.calls import Dropped, HttpAnswer, HttpRequest
from bulkreset.simulator.control import CONTROL_PATH, Control
from bulkreset.simulator.counters import Counters
from bulkreset.simulator.demo import CLIENTS, CONFIG, demo_users
from bulkreset.simulator.engine import join_group
from bulkreset.simulator.faults import Faults
from bulkreset.simulator.front import Front, Latency
from bulkreset.simulator.outbox import Outbox
from bulkreset.simulator.paging import Pager, PagingHabits
from bulkreset.simulator.pools import (
    PoolSettings,
    create_moto_client,
    create_moto_pool,
    delete_moto_pool,
    find_moto_pool,
)
from bulkreset.simulator.quotas import Quotas
from bulkreset.simulator.seeding import SeedUser, UserChanges, attributes_of, moto_user, set_attributes
from bulkreset.simulator.server import LOOPBACK, HttpServer
from bulkreset.simulator.states import SimulatedUser, state_of
from bulkreset.simulator.world import SimulatedPool, World

DEMO_POOL_ID = "us-east-1_Simulated1"
DEFAULT_PAGING = PagingHabits()
SYSTEM_CLOCK = SystemClock()
NO_QUOTAS: Mapping[str, float] = {}


class Simulator:
    """An embedded Cognito on a loopback port, for the span of a `with`.

    `quotas` are calls per second of each category; NO_QUOTAS turns throttling off. `account` is what
    the services beside Cognito tell. `seed` fixes everything random. Simulators of one process share
    moto's backends, so each needs pool ids of its own; its pools are gone once it has stopped.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = LOOPBACK,
        quotas: Mapping[str, float] = DOCUMENTED_RATES,
        latency_seconds: float = 0.0,
        latency_jitter_seconds: float = 0.0,
        daily_email_limit: int | None = None,
        list_lag_seconds: float = 0.0,
        paging: PagingHabits = DEFAULT_PAGING,
        seed: int = 1,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        rng = random.Random(seed)  # noqa: S311 - reproducible, and no secret
        self._world = World(
            clock=clock,
            rng=rng,
            outbox=Outbox(daily_email_limit),
            pager=Pager(paging, clock, rng),
            list_lag_seconds=list_lag_seconds,
            lock=threading.RLock(),
            pools={},
        )
        self.account = Account()
        self.quotas = Quotas(quotas, clock, rng)
        self.faults = Faults(rng)
        self.counters = Counters()
        self._front = Front(
            self._world,
            self.quotas,
            self.faults,
            self.counters,
            Latency(latency_seconds, latency_jitter_seconds, rng),
            account=self.account,
        )
        self._control = Control(self)
        self._server = HttpServer(host, port, self._respond, clock)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        """Ends at once: calls under way are dropped without an answer."""
        self._front.stopping.set()
        self._server.stop()
        with self._world.lock:
            for simulated in self._world.pools.values():
                delete_moto_pool(simulated.pool)

    @property
    def endpoint_url(self) -> str:
        return self._server.url

    @property
    def outbox(self) -> Outbox:
        return self._world.outbox

    def create_pool(
        self,
        users: Iterable[SeedUser] = (),
        *,
        pool_id: str = DEMO_POOL_ID,
        name: str = "simulated",
        username_attributes: Iterable[str] = (),
        alias_attributes: Iterable[str] = (),
        recovery: Iterable[str] = (),
        case_sensitive: bool = True,
        email_sender: str = "",
        sends_texts: bool = True,
        clients: Iterable[Mapping[str, Any]] = (),
        replica_role: str = "",
        estimated_users: int | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> str:
        """A new pool with these users; its id. The settings are those of PoolSettings.

        `config` takes further parameters of CreateUserPool, `clients` those of CreateUserPoolClient for each
        app client. With `replica_role` the pool is one of two, PRIMARY or SECONDARY. Without
        `estimated_users`, EstimatedNumberOfUsers is exact. Without `email_sender` the pool sends with Amazon
        SES, or, where the simulator has a daily e-mail limit, with Cognito's own sender, which that limit is
        about.
        """
        settings = PoolSettings(
            username_attributes=tuple(username_attributes),
            alias_attributes=tuple(alias_attributes),
            recovery=tuple(recovery),
            case_sensitive=case_sensitive,
            email_sender=email_sender or self._usual_sender,
            sends_texts=sends_texts,
            more=config or {},
        )
        with self._world.lock:
            simulated = self._world.simulated(create_moto_pool(pool_id, name, settings))
            simulated.estimated_users = estimated_users
            simulated.replica_role = replica_role
            for client in clients:
                create_moto_client(simulated.pool, client)
        self.add_users(pool_id, users)
        return pool_id

    def create_demo_pool(self, users: int, seed: int = 1, pool_id: str = DEMO_POOL_ID) -> str:
        """A pool that has been in use for years: users of all kinds, app clients, second factors; its id."""
        return self.create_pool(demo_users(users, seed), pool_id=pool_id, clients=CLIENTS, config=CONFIG)

    @property
    def _usual_sender(self) -> str:
        return "DEVELOPER" if self.outbox.daily_email_limit is None else "COGNITO_DEFAULT"

    def add_users(self, pool_id: str, users: Iterable[SeedUser]) -> None:
        """Puts users in as they are: no message is sent, and no lag applies."""
        simulated = self._pool(pool_id)
        now = self._world.clock.now()
        sensitive = simulated.directory.case_sensitive
        with self._world.lock:
            simulated.load(moto_user(simulated.pool, seed, now, case_sensitive=sensitive) for seed in users)

    def user(self, pool_id: str, name: str) -> SimulatedUser:
        """The state of a user, by username or alias. Raises InputError when there is none."""
        with self._world.lock:
            user = self._pool(pool_id).directory.find(name)
            if user is None:
                raise InputError(f"pool {pool_id} has no user {name!r}")
            return state_of(user)

    def join_group(self, pool_id: str, name: str, group: str) -> None:
        """Puts a user into a group, which is made where the pool does not have it."""
        with self._world.lock:
            simulated = self._pool(pool_id)
            user = simulated.directory.find(name)
            if user is None:
                raise InputError(f"pool {pool_id} has no user {name!r}")
            join_group(simulated.pool, group, user)

    def usernames(self, pool_id: str) -> list[str]:
        return list(self._pool(pool_id).pool.users)

    def client_ids(self, pool_id: str) -> list[str]:
        return list(self._pool(pool_id).pool.clients)

    def client_secrets(self, pool_id: str) -> list[str]:
        """The secrets of the pool's app clients, of those that have one."""
        clients = self._pool(pool_id).pool.clients.values()
        return [client.secret for client in clients if client.generate_secret]

    def set_user(self, pool_id: str, name: str, **changes: Unpack[UserChanges]) -> SimulatedUser:
        """Changes a user behind everybody's back: any field of SeedUser but the username and sub.

        UserLastModifiedDate moves to now, unless `modified_at` is among the changes.
        """
        simulated = self._pool(pool_id)
        with self._world.lock:
            old = self.user(pool_id, name)
            seed = replace(old.as_seed(), **changes)
            now = self._world.clock.now()
            modified_at = changes.get("modified_at", now)
            user = simulated.pool.users[old.username]
            made = moto_user(simulated.pool, seed, now, case_sensitive=simulated.directory.case_sensitive)
            for field in ("status", "enabled", "preferred_mfa_setting", "sms_mfa_enabled"):
                setattr(user, field, getattr(made, field))
            if made.password != user.password:
                simulated.put_password(user, made.password)
            if {"status", "password"} & changes.keys():
                simulated.temporary_since[user.username] = modified_at
            user.software_token_mfa_enabled = made.software_token_mfa_enabled
            set_attributes(user, attributes_of(seed, old.sub))
            simulated.changed(user, modified_at)
            return state_of(user)

    def delete_user(self, pool_id: str, name: str) -> None:
        simulated = self._pool(pool_id)
        with self._world.lock:
            simulated.pool.users.pop(self.user(pool_id, name).username)
            simulated.take_up()

    def _pool(self, pool_id: str) -> SimulatedPool:
        return self._world.simulated(find_moto_pool(pool_id))

    def _respond(self, request: HttpRequest) -> HttpAnswer | Dropped:
        if request.path.startswith(CONTROL_PATH):
            return self._control.answer(request)
        return self._front.handle(request)
