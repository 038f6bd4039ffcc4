"""What a run may use of each quota category, from what is written, learnt and ordered."""

from __future__ import annotations

from collections.abc import Mapping

from bulkreset.account import Quota
from bulkreset.rates.limiter import Grant
from bulkreset.rates.quotas import DOCUMENTED_RATES, EMAIL_SENDS, RATES_PER_POOL
from bulkreset.settings.environment import Environment

EVERY_CATEGORY = ""

UNTOLD_MAILS = Quota(1.0, "the sender does not tell its rate; that of SES's sandbox")


class Rates:
    """What a run may use of each category: a share of the account's quota, as far as that is known."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._learnt: dict[str, Quota] = {}
        self._shares: dict[str, float] = {}
        self._ceilings: dict[str, float] = {}

    def learn(self, quotas: Mapping[str, Quota]) -> None:
        """Take quotas that AWS told. One that the environment states stays as stated."""
        self._learnt.update(quotas)

    def quota(self, category: str) -> Quota:
        if category == EMAIL_SENDS:
            return self._learnt.get(category, UNTOLD_MAILS)
        stated = self._environment.quotas.stated_rate(category)
        if stated is not None:
            return Quota(stated, "environment")
        return self._learnt.get(category, Quota(DOCUMENTED_RATES[category], "documented default"))

    def share(self, category: str) -> float:
        if category == EMAIL_SENDS:
            return 1.0
        general = self._shares.get(EVERY_CATEGORY)
        return self._shares.get(category, general or self._environment.quotas.share_of(category))

    def reshare(self, shares: Mapping[str, float]) -> dict[str, float]:
        """Another share of some categories, or of EVERY_CATEGORY, from now on; all that hold by now."""
        if EVERY_CATEGORY in shares:
            self._shares.clear()
        self._shares.update(shares)
        return dict(self._shares)

    def pace_mails(self, per_second: float) -> None:
        """Send no more mails than this in a second."""
        self._learnt[EMAIL_SENDS] = Quota(per_second, "the sender's rate")

    def limit(self, ceilings: Mapping[str, float]) -> None:
        """Take no more than this of some categories, in calls per second, whatever the share."""
        self._ceilings = dict(ceilings)

    def grant(self, category: str) -> Grant:
        quota = self.quota(category).rate_per_second
        of_pool = RATES_PER_POOL.get(category, quota)
        if of_pool < quota:
            return Grant(category, min(quota * self.share(category), of_pool), of_pool)
        rate = min(quota * self.share(category), self._ceilings.get(category, quota))
        return Grant(category, rate, quota)

    def without_ceiling(self, category: str) -> float:
        """The grant as it would be if nobody had to be yielded to, in calls per second."""
        per_second = self.quota(category).rate_per_second * self.share(category)
        return min(per_second, RATES_PER_POOL.get(category, per_second))

    def rate_per_second(self, category: str) -> float:
        return self.grant(category).rate_per_second
