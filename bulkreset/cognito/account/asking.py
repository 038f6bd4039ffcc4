"""One question to an AWS service, and every way in which it can remain without an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

ONE_ANSWER_ONLY = frozenset(
    {
        "IllegalArgumentException",
        "InvalidParameterException",
        "InvalidParameterValue",
        "NoSuchResourceException",
        "ResourceNotFoundException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Refusals that say nothing of the next question to the same service."""

Question = Callable[..., Mapping[str, Any]]
"""A method of a client."""

CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]*")


class Unreadable(Exception):
    """A question remained without an answer. `reason` is a word or two, for people.

    `for_good`: no other question of this kind will be answered either.
    """

    def __init__(self, reason: str, *, for_good: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


def ask(question: Question, *, expecting: str, **request: object) -> Mapping[str, Any]:
    """The answer to one call of a client. Raises Unreadable for a refusal, for silence and for nonsense."""
    try:
        answer = question(**request)
        found = expecting in answer
    except ClientError as error:
        code = _code(error)
        raise Unreadable(code, for_good=code not in ONE_ANSWER_ONLY) from error
    except BotoCoreError as error:
        raise Unreadable(type(error).__name__) from error
    except (ResponseParserError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreadable("no readable answer") from error
    if not found:
        raise Unreadable("no readable answer")
    return answer


def _code(error: ClientError) -> str:
    """The service's own code; the HTTP status where whoever answered has none."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code if CODE.fullmatch(code) else f"HTTP {status}"
