"""ListUsers' Filter: its syntax, and which users match."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bulkreset.simulator.calls import CognitoError
from bulkreset.simulator.replica import Entry

SYNTAX = re.compile(r'\s*"?(?P<name>[\w:]+)"?\s*(?P<operator>\^?=)\s*"(?P<value>(?:[^"\\]|\\.)*)"\s*')
ESCAPED = re.compile(r"\\(.)")
MAX_LENGTH = 256
CASE_SENSITIVE = frozenset({"username", "status"})
ATTRIBUTES = frozenset(
    {"email", "phone_number", "name", "given_name", "family_name", "preferred_username", "sub"}
)

BUILT_IN: dict[str, Callable[[Entry], str]] = {
    "username": lambda entry: entry.username,
    "cognito:user_status": lambda entry: entry.status,
    "status": lambda entry: "Enabled" if entry.enabled else "Disabled",
}


@dataclass(frozen=True, slots=True)
class UserFilter:
    """`name = "value"`, or `name ^= "value"` when `is_prefix`."""

    name: str
    is_prefix: bool
    value: str

    def matches(self, entry: Entry) -> bool:
        read = BUILT_IN.get(self.name)
        held = read(entry) if read else entry.attributes.get(self.name, "")
        if not held:
            return False
        wanted = self.value
        if self.name not in CASE_SENSITIVE:
            held, wanted = held.lower(), wanted.lower()
        return held.startswith(wanted) if self.is_prefix else held == wanted


def parse_filter(text: str) -> UserFilter:
    """Raises CognitoError for a filter that Cognito would not take."""
    if len(text) > MAX_LENGTH:
        raise CognitoError("InvalidParameterException", "1 validation error detected: Filter is too long")
    found = SYNTAX.fullmatch(text)
    if found is None:
        raise CognitoError("InvalidParameterException", "Error while parsing filter")
    if found["name"] not in ATTRIBUTES and found["name"] not in BUILT_IN:
        raise CognitoError("InvalidParameterException", f"Invalid search attribute: {found['name']}")
    return UserFilter(found["name"], found["operator"] == "^=", ESCAPED.sub(r"\1", found["value"]))
