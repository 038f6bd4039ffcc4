"""Pages of a long answer: sizes, tokens and their lifetime."""

from __future__ import annotations

import base64
import binascii
import random
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from bulkreset.clock import Clock
from bulkreset.simulator.calls import CognitoError

MAX_PAGE = 60
TOKEN_LIFETIME_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class PagingHabits:
    """How ListUsers pages: AWS allows short and empty pages before the last, and lets tokens expire."""

    short_page_share: float = 0.0
    empty_page_share: float = 0.0
    token_lifetime_seconds: float = TOKEN_LIFETIME_SECONDS


@dataclass(frozen=True, slots=True)
class Chain:
    """One listing from its first page on: the same question and the same users on every page."""

    question: tuple[object, ...]
    names: list[str]
    started_at: float


def invalid_token() -> CognitoError:
    return CognitoError("InvalidParameterException", "Invalid pagination token given.")


class Pager:
    """Hands out the pages of chains. Thread-safe."""

    def __init__(self, habits: PagingHabits, clock: Clock, rng: random.Random) -> None:
        self._habits = habits
        self._clock = clock
        self._rng = rng
        self._lock = threading.Lock()
        self._chains: dict[str, Chain] = {}

    def page(
        self,
        question: tuple[object, ...],
        limit: int,
        token: str | None,
        find_names: Callable[[], list[str]],
    ) -> tuple[list[str], str | None]:
        """The usernames of one page and the token of the next one.

        `find_names` answers the question afresh when no token continues an earlier chain.
        """
        with self._lock:
            if token is None:
                chain_id, position = "", 0
                chain = Chain(question, find_names(), self._clock.monotonic())
            else:
                chain_id, position, chain = self._continued(token, question)
            end = position + self._page_size(limit)
            if end >= len(chain.names):
                return chain.names[position:], None
            return chain.names[position:end], self._token(chain_id, chain, end)

    def _page_size(self, limit: int) -> int:
        if self._rng.random() < self._habits.empty_page_share:
            return 0
        if limit > 1 and self._rng.random() < self._habits.short_page_share:
            return self._rng.randint(1, limit - 1)
        return limit

    def _token(self, chain_id: str, chain: Chain, position: int) -> str:
        if not chain_id:
            self._forget_expired()
            chain_id = secrets.token_hex(8)
            self._chains[chain_id] = chain
        text = f"{chain_id}:{position}:{self._clock.monotonic()}"
        return base64.urlsafe_b64encode(text.encode()).decode()

    def _continued(self, token: str, question: tuple[object, ...]) -> tuple[str, int, Chain]:
        try:
            chain_id, position, issued_at = base64.urlsafe_b64decode(token).decode().split(":")
            chain = self._chains[chain_id]
            expires_at = float(issued_at) + self._habits.token_lifetime_seconds
        except (binascii.Error, UnicodeDecodeError, ValueError, KeyError) as error:
            raise invalid_token() from error
        if chain.question != question or self._clock.monotonic() > expires_at:
            raise invalid_token()
        return chain_id, int(position), chain

    def _forget_expired(self) -> None:
        oldest = self._clock.monotonic() - 2 * self._habits.token_lifetime_seconds
        for chain_id in [name for name, chain in self._chains.items() if chain.started_at < oldest]:
            del self._chains[chain_id]
