"""Reads of the pool that are wanted, not needed: what remains without an answer is an Unread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bulkreset.cognito.answers import Meaning
from bulkreset.cognito.directory import Directory
from bulkreset.errors import Stopped
from bulkreset.preflight.facts import Unread

MOST_LOST = 2
"""Answers lost in a row after which nobody asks again."""


def wanted(
    directory: Directory, operation: str, request: Mapping[str, object], *, expecting: str
) -> Mapping[str, Any] | Unread:
    """The body of an answer, within the rate of the operation's category."""
    permission = f"cognito-idp:{operation}"
    try:
        response = directory.answered(operation, request, expecting=expecting, most_lost=MOST_LOST)
    except Stopped:
        return Unread(permission, "no answer")
    except AttributeError:
        return Unread(permission, "this boto3 does not know it")
    if response.answer.meaning is Meaning.DONE:
        return response.body
    return Unread(permission, response.answer.code or "no readable answer", response.answer.message)
