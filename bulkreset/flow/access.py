"""A pool as an environment gives access to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.cognito.client import CognitoClient
from bulkreset.cognito.directory import Directory
from bulkreset.errors import InputError
from bulkreset.flow.rates import Rates
from bulkreset.pool import PoolFacts
from bulkreset.rates.limiter import Limiters
from bulkreset.rates.quotas import DOCUMENTED_RATES
from bulkreset.rates.shared_register import SharedRegister
from bulkreset.rates.state_dir import shared_folder
from bulkreset.settings.environment import Environment


@dataclass(frozen=True, slots=True)
class Access:
    """The client, the pace it keeps, and the pool as it can be read."""

    client: CognitoClient
    rates: Rates
    limiters: Limiters
    directory: Directory
    clock: Clock

    def now(self) -> float:
        """The time on AWS's clock, in epoch seconds."""
        return self.client.aws_time(self.clock.monotonic())

    def share_with_others(self, environment: Environment, pool: PoolFacts) -> Path | None:
        """Share the quotas with other runs of the account on this machine; the folder they share.

        None where there is no such folder and the environment names none: then nothing is shared.
        """
        try:
            folder = shared_folder(
                environment.state_dir, pool.account_id, environment.region, environment.endpoint_url
            )
        except InputError:
            if environment.state_dir is not None:
                raise
            return None
        self.limiters.share(lambda category: SharedRegister(folder / f"{category}.pace"))
        return folder

    def close(self) -> None:
        """Give up reads that are under way, and leave the quotas to others."""
        self.directory.close()
        self.limiters.leave()

    def quotas_in_use(self) -> dict[str, float]:
        """The quotas, in calls per second, of the categories that have been called so far."""
        names = [limiter.grant.category for limiter in self.limiters.all()]
        return {name: self.rates.quota(name).rate_per_second for name in names if name in DOCUMENTED_RATES}

    def regrant(self) -> dict[str, float]:
        """Bring every limiter to what the rates now say; those rates, by category."""
        rates = {name: self.rates.rate_per_second(name) for name in self.quotas_in_use()}
        for category, rate in rates.items():
            self.limiters.regrant(category, rate)
        return rates


def open_access(environment: Environment, clock: Clock) -> Access:
    """Access to the environment's pool. Makes no call yet. Raises Refused without credentials."""
    client = CognitoClient(environment, clock)
    rates = Rates(environment)
    limiters = Limiters(rates.grant, clock)
    return Access(client, rates, limiters, Directory(client, environment.pool_id, limiters, clock), clock)
