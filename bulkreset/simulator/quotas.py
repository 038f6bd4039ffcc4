"""Cognito's request-rate quotas: which calls are throttled.

A category's bucket holds one second of its rate. Other callers of the account share it: as a
steady rate that is taken out of the bucket, or as a share of calls throttled at random.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping

from bulkreset.clock import Clock
from bulkreset.rates.quotas import CATEGORY_OF_OPERATION
from bulkreset.simulator.calls import Call, CognitoError

RATE_EXCEEDED = CognitoError("TooManyRequestsException", "Rate exceeded").answer()
CHALLENGE_OPERATIONS = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})


def category_of(call: Call) -> str:
    """The quota category a call draws from; "" for calls without a known one."""
    if call.operation in CHALLENGE_OPERATIONS:
        new_password = call.params.get("ChallengeName") == "NEW_PASSWORD_REQUIRED"
        return "UserAccountRecovery" if new_password else "UserAuthentication"
    return CATEGORY_OF_OPERATION.get(call.operation, "")


class TokenBucket:
    """Starts full. `rate_per_second` is also its capacity."""

    def __init__(self, rate_per_second: float, now: float) -> None:
        self.rate_per_second = rate_per_second
        self.taken_by_others_per_second = 0.0
        self._tokens = rate_per_second
        self._at = now

    def advance(self, now: float) -> None:
        gained = (now - self._at) * (self.rate_per_second - self.taken_by_others_per_second)
        self._tokens = max(0.0, min(self.rate_per_second, self._tokens + gained))
        self._at = now

    def take(self, now: float) -> bool:
        self.advance(now)
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


class Quotas:
    """The quotas in force; a category without a rate is not limited. Safe to change while calls run."""

    def __init__(self, rates: Mapping[str, float], clock: Clock, rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._lock = threading.Lock()
        self._buckets = {name: TokenBucket(rate, clock.monotonic()) for name, rate in rates.items()}
        self._throttled_share: dict[str, float] = {}

    def allows(self, category: str) -> bool:
        """Whether one more call of `category` is accepted now; takes its token."""
        with self._lock:
            if self._rng.random() < self._throttled_share.get(category, 0.0):
                return False
            bucket = self._buckets.get(category)
            return bucket is None or bucket.take(self._clock.monotonic())

    def set_rate(self, category: str, rate_per_second: float | None) -> None:
        """A new quota; None lifts it. Other traffic of the category ends."""
        with self._lock:
            self._buckets.pop(category, None)
            if rate_per_second is not None:
                self._buckets[category] = TokenBucket(rate_per_second, self._clock.monotonic())

    def set_other_traffic(self, category: str, calls_per_second: float) -> None:
        """Other callers take this much of the category's quota from now on."""
        with self._lock:
            bucket = self._buckets[category]
            bucket.advance(self._clock.monotonic())
            bucket.taken_by_others_per_second = calls_per_second

    def set_throttled_share(self, category: str, share: float) -> None:
        """This share of the category's calls is throttled at random, whatever the rate."""
        with self._lock:
            self._throttled_share[category] = share

    def rates(self) -> dict[str, float]:
        with self._lock:
            return {name: bucket.rate_per_second for name, bucket in self._buckets.items()}
