"""SES's limit on mails a second: a bucket that holds one second of the rate."""

from __future__ import annotations

from bulkreset.simulator.quotas import TokenBucket


class SendingRate:
    """The rate may be another at every mail; then a full bucket of it is begun."""

    def __init__(self) -> None:
        self._bucket = TokenBucket(0.0, 0.0)

    def allows(self, rate_per_second: float, now: float) -> bool:
        """Whether one more mail goes out now; takes its token."""
        if rate_per_second != self._bucket.rate_per_second:
            self._bucket = TokenBucket(rate_per_second, now)
        return self._bucket.take(now)
