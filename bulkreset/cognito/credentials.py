"""Credentials that last as long as a run: renewed before they expire, or when AWS says that they have.

A renewal looks for them anew where the first ones came from, as a fresh start of the program would. So it
also finds what another program has written there meanwhile.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from botocore.credentials import Credentials, ReadOnlyCredentials, RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError, CredentialRetrievalError, NoCredentialsError

from bulkreset.clock import Clock

RENEW_BEFORE_SECONDS = 300.0
TRY_AGAIN_AFTER_SECONDS = 30.0
"""Pause after a renewal, so that short-lived credentials, or none to be had, do not slow every call down."""

PROCESS = "custom-process"
PROCESS_FAILED = "the credential_process of the profile failed; run it by hand to see why"

FIRST = 1

# botocore logs what a provider raised, which may hold the output of a credential_process
logging.getLogger("botocore.credentials").setLevel(logging.CRITICAL)

Find = Callable[[], Credentials | None]


@dataclass(frozen=True, slots=True)
class _Held:
    """Credentials in use. `number` tells those of one renewal from those of the next."""

    number: int
    source: Credentials
    frozen: ReadOnlyCredentials

    def end_within(self, seconds: float) -> bool:
        return isinstance(self.source, RefreshableCredentials) and self.source.refresh_needed(
            refresh_in=int(seconds)
        )


class LastingCredentials(Credentials):
    """What botocore signs with. Safe to share between threads.

    Makes no call before the first request is signed. `get_frozen_credentials` raises
    CredentialRetrievalError where there are none and none can be had.
    """

    def __init__(self, found: Credentials, find: Find, clock: Clock) -> None:
        self.method = found.method
        self._first: Credentials | None = found
        self._find = find
        self._clock = clock
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._not_before = float("-inf")
        self._failure: CredentialRetrievalError | None = None
        self._beyond_renewal = 0

    @property
    def number(self) -> int:
        """Which credentials the next request is signed with: a higher number once there are others."""
        held = self._held
        return held.number if held else FIRST

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        held = self._held
        if held and not held.end_within(RENEW_BEFORE_SECONDS):
            return held.frozen
        if held is None or held.end_within(0):
            with self._lock:
                held = self._held
                return (self._renewed() if held is None or held.end_within(0) else held).frozen
        # One caller renews; the others go on with credentials that still hold.
        if self._clock.monotonic() >= self._not_before and self._lock.acquire(blocking=False):
            try:
                return self._renewed().frozen
            except CredentialRetrievalError:
                return held.frozen
            finally:
                self._lock.release()
        return held.frozen

    def renew(self, refused: int) -> bool:
        """Renew credentials that AWS refused, unless that is done; whether there are others now.

        `refused` is the `number` before the refused call.
        """
        with self._lock:
            if self.number == refused and refused != self._beyond_renewal:
                with suppress(CredentialRetrievalError):
                    self._renewed()
                self._beyond_renewal = refused
            return self.number != refused

    def _renewed(self) -> _Held:
        """Fetch and keep credentials. The lock is held."""
        if self._failure and self._clock.monotonic() < self._not_before:
            raise self._failure
        self._failure = None
        first, self._first = self._first, None
        try:
            held = self._fetched(first or self._find())
        except Exception as error:  # noqa: BLE001 - a provider may raise anything, and it may hold a secret
            self._failure = CredentialRetrievalError(provider=self.method, error_msg=why(error))
            raise self._failure from None
        finally:
            self._not_before = self._clock.monotonic() + TRY_AGAIN_AFTER_SECONDS
        self._held = held
        return held

    def _fetched(self, source: Credentials | None) -> _Held:
        if source is None:
            raise NoCredentialsError
        frozen = source.get_frozen_credentials()
        held = self._held
        if held is None:
            return _Held(FIRST, source, frozen)
        return _Held(held.number + (frozen[:3] != held.frozen[:3]), source, frozen)


def why(error: Exception) -> str:
    """What went wrong, without anything that may hold a secret, as the output of a process may."""
    if isinstance(error, CredentialRetrievalError) and f"from {PROCESS}" in str(error):
        return PROCESS_FAILED
    if isinstance(error, (BotoCoreError, ClientError, OSError)):
        return str(error).splitlines()[0] if str(error) else type(error).__name__
    return type(error).__name__
