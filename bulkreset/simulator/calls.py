"""What travels through the simulator: one call to Cognito, and what is sent back for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/x-amz-json-1.1"
COGNITO_TARGET = "AWSCognitoIdentityProviderService."


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`headers` has lower-case names."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """`sent_bytes` less than the body's length breaks the connection after that many bytes."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection is closed without an answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """One Cognito operation as a caller asked for it."""

    operation: str
    params: Mapping[str, Any]
    account: str
    region: str
    request: HttpRequest

    @property
    def name_given(self) -> str:
        """What the caller calls the user by: a username or an alias; "" when by token or not at all."""
        for place in (
            self.params,
            self.params.get("AuthParameters") or {},
            self.params.get("ChallengeResponses") or {},
        ):
            for key in ("Username", "USERNAME"):
                if key in place:
                    return str(place[key])
        return ""

    @property
    def metadata(self) -> dict[str, str]:
        return dict(self.params.get("ClientMetadata") or {})


class CognitoError(Exception):
    """Cognito's refusal of one call."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def answer(self) -> HttpAnswer:
        return HttpAnswer(self.status, json_bytes({"__type": self.code, "message": self.message}))


def json_bytes(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def success(value: object) -> HttpAnswer:
    return HttpAnswer(200, json_bytes(value))
