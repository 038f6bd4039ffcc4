"""Reading the pool: its facts, all of its users, or single ones. Reads bill nobody but for `get`.

A read is safe to repeat, so it is: refusals for the rate slow the category down, and lost answers
are asked for again a few times.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import TypeVar

from bulkreset.clock import Clock
from bulkreset.cognito.answers import Meaning, refusal_text
from bulkreset.cognito.client import CognitoClient, Response
from bulkreset.cognito.parsing import pool_facts, user_from_get, user_from_list
from bulkreset.cognito.pool_settings import pool_settings
from bulkreset.errors import Refused, Stopped
from bulkreset.pool import PoolFacts
from bulkreset.preflight.facts import PoolSettings
from bulkreset.rates.backoff import backoff_seconds
from bulkreset.rates.limiter import Limiters
from bulkreset.rates.quotas import CATEGORY_OF_OPERATION
from bulkreset.users import UserState

T = TypeVar("T")
R = TypeVar("R")

PAGE = 60
"""ListUsers returns at most 60 users (API Reference, ListUsers)."""

LONGEST_FILTER = 256
"""API Reference, ListUsers, Filter."""

SHARDS = "0123456789abcdef"
"""First characters of `sub`: one chain of pages per character, so that latency does not cap a scan."""

UNUSUAL_SHARDS = "ghijklmnopqrstuvwxyz-_"
"""What else a `sub` could begin with, were it no UUID: no promise says that it is one."""

PAGES_WORTH_SHARDING = 32
LOST_ANSWERS_IN_A_ROW = 6
CHAIN_RESTARTS = 3
PARALLEL_READS = 8


def pages_of(users: int) -> int:
    """How many calls a scan of so many users takes."""
    return ceil(users / PAGE)


def filter_of(attribute: str, operator: str, value: str) -> str:
    """A Filter of ListUsers."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{attribute} {operator} "{escaped}"'


def can_ask_for(attribute: str, value: str, operator: str = "=") -> bool:
    """Whether a filter for this value is short enough for Cognito."""
    return len(filter_of(attribute, operator, value)) <= LONGEST_FILTER


def worth_sharding(users: int) -> bool:
    """Whether a pool is large enough that many chains of pages are worth their partly filled ends."""
    return pages_of(users) >= PAGES_WORTH_SHARDING


class Directory:
    """One pool as it can be read. Calls block until the rate allows them and they are answered.

    Raises Refused where Cognito refuses the reader, and Stopped where it cannot be reached.
    """

    def __init__(self, client: CognitoClient, pool_id: str, limiters: Limiters, clock: Clock) -> None:
        self._client = client
        self._pool_id = pool_id
        self._limiters = limiters
        self._clock = clock
        self._closed = threading.Event()
        self._rng = random.Random()  # noqa: S311 - jitter

    def pool(self) -> PoolFacts:
        return self.pool_and_settings()[0]

    def pool_and_settings(self) -> tuple[PoolFacts, PoolSettings]:
        response = self._read("DescribeUserPool", {}, expecting="UserPool")
        if response.answer.meaning is not Meaning.DONE:
            raise Refused(refusal_text("DescribeUserPool", response.answer))
        described = response.body["UserPool"]
        return pool_facts(described), pool_settings(described)

    def scan(self, *, sharded: bool, thoroughly: bool = False) -> Iterator[list[UserState]]:
        """Every user of the pool, page by page; a user that moves meanwhile may come twice.

        A sharded scan reads many chains of pages side by side. That every `sub` begins with a
        hexadecimal digit is usual and not promised, so what it does not find is to be looked up; or the
        scan is to look `thoroughly`, by a call for every other letter too.
        """
        if not sharded:
            yield from self._chain("")
            return
        shards = SHARDS + UNUSUAL_SHARDS if thoroughly else SHARDS
        for pages in self._side_by_side(lambda first: list(self.starting_with("sub", first)), shards):
            yield from pages

    def having(self, attribute: str, value: str) -> Iterator[list[UserState]]:
        """The users whose attribute has this value, page by page; in which case of letters, Cognito says."""
        return self._chain(filter_of(attribute, "=", value))

    def starting_with(self, attribute: str, prefix: str) -> Iterator[list[UserState]]:
        """The users whose attribute begins so, page by page; in which case of letters, Cognito says."""
        return self._chain(filter_of(attribute, "^=", prefix))

    def members(self, group: str) -> Iterator[list[UserState]]:
        """Every user of a group, page by page. Raises Refused where the pool has no such group."""
        return self._pages("ListUsersInGroup", {"GroupName": group}, "NextToken")

    def look_up(self, attribute: str, value: str) -> list[UserState]:
        """The users whose attribute has exactly this value; none for one too long to be asked for."""
        if not can_ask_for(attribute, value):
            return []
        return [user for page in self.having(attribute, value) for user in page]

    def look_up_each(self, wanted: list[tuple[str, str]]) -> list[list[UserState]]:
        """The users of each (attribute, value) pair, in the order asked for, read side by side."""
        return list(self._side_by_side(lambda pair: self.look_up(*pair), wanted))

    def get(self, username: str) -> UserState | None:
        """One user, up to date and with the preferred MFA; makes the user a billed active one.

        None when there is no such user.
        """
        response = self._read("AdminGetUser", {"Username": username}, expecting="Username")
        if response.answer.code == "UserNotFoundException":
            return None
        if response.answer.meaning is not Meaning.DONE:
            raise Refused(refusal_text("AdminGetUser", response.answer))
        return user_from_get(response.body)

    def get_all(self, usernames: list[str]) -> list[UserState]:
        return [user for user in self._side_by_side(self.get, usernames) if user]

    def close(self) -> None:
        """Give up every read that is still under way in some thread; its caller gets Stopped."""
        self._closed.set()

    def _side_by_side(self, read: Callable[[T], R], wanted: Iterable[T]) -> Iterator[R]:
        """Results in order. Whoever stops listening, by an exception for one, stops the reading."""
        readers = ThreadPoolExecutor(PARALLEL_READS)
        try:
            yield from readers.map(read, wanted)
        except BaseException:
            self.close()
            raise
        finally:
            readers.shutdown(wait=False, cancel_futures=True)

    def _chain(self, filter_text: str) -> Iterator[list[UserState]]:
        """All pages of one listing of the pool."""
        return self._pages("ListUsers", {"Filter": filter_text} if filter_text else {}, "PaginationToken")

    def _pages(
        self, operation: str, request: Mapping[str, object], token_name: str
    ) -> Iterator[list[UserState]]:
        """All pages of one listing. Pages may be short or empty while a token says there are more."""
        token, restarts = "", 0
        while True:
            paging = {"Limit": PAGE, **({token_name: token} if token else {})}
            response = self._read(operation, {**request, **paging}, expecting="Users")
            if response.answer.meaning is Meaning.DONE:
                yield [user_from_list(user) for user in response.body.get("Users", ())]
                token = str(response.body.get(token_name) or "")
                if not token:
                    return
            elif token and "token" in response.answer.message.lower() and restarts < CHAIN_RESTARTS:
                # A token lives for an hour. Users seen before come again, which does no harm.
                token, restarts = "", restarts + 1
            else:
                raise Refused(refusal_text(operation, response.answer))

    def _read(self, operation: str, request: Mapping[str, object], *, expecting: str) -> Response:
        """One answered read. Raises Refused where it is refused for every user."""
        response = self.answered(operation, request, expecting=expecting)
        if response.answer.meaning is Meaning.RUN_REFUSED:
            raise Refused(refusal_text(operation, response.answer))
        return response

    def answered(
        self,
        operation: str,
        request: Mapping[str, object],
        *,
        expecting: str,
        most_lost: int | None = None,
    ) -> Response:
        """The answer to one read of the pool, whatever it is, within the rate and however often throttled.

        botocore takes a cut-off body for an empty answer: it lacks `expecting`. Raises Stopped where
        `most_lost` answers in a row were lost.
        """
        limiter = self._limiters.of(CATEGORY_OF_OPERATION[operation])
        throttled = lost = 0
        while True:
            limiter.wait()
            if self._closed.is_set():
                raise Stopped("reading was given up")
            response = self._client.call(operation, {"UserPoolId": self._pool_id, **request})
            match response.answer.meaning:
                case Meaning.DONE if expecting in response.body:
                    return response
                case Meaning.THROTTLED:
                    limiter.slow_down()
                    throttled += 1
                    self._clock.sleep(backoff_seconds(throttled, self._rng))
                case Meaning.DONE | Meaning.NOT_SENT | Meaning.NO_ANSWER | Meaning.SERVER_ERROR:
                    lost += 1
                    if lost >= (most_lost or LOST_ANSWERS_IN_A_ROW):
                        raise Stopped(
                            f"{operation} brought no answer {lost} times in a row "
                            f"({response.answer.code or 'cut off'}: {response.answer.message})"
                        )
                    self._clock.sleep(backoff_seconds(lost, self._rng))
                case _:
                    return response
