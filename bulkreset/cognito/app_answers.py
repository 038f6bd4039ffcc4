"""What an app gets from Cognito when a user signs in or asks for a code, as values."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.secrets.secret import Secret

NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"  # noqa: S105 - the name of a challenge
ATTRIBUTE_PREFIX = "userAttributes."
UNREADABLE = Answer(Meaning.NO_ANSWER, "UnreadableAnswer", "the answer is cut off or not what was asked for")


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that was refused, or that has no answer. No secret of the request is in its text."""

    operation: str
    answer: Answer

    @property
    def is_unknown(self) -> bool:
        """Whether the call may have had its effect all the same."""
        return self.answer.meaning in (Meaning.NO_ANSWER, Meaning.SERVER_ERROR)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A user is signed in. `username` is the access token's claim, which a later refresh is made with.

    `refresh` is None after a refresh: the old one goes on, unless the app client rotates them.
    """

    access: Secret
    identity: Secret
    refresh: Secret | None
    seconds: int
    username: str = ""


@dataclass(frozen=True, slots=True)
class NewPasswordRequired:
    """The temporary password was right, and the user has to choose one within the session's life.

    `username` is the name that the answer, and its secret hash, have to be made with. `required` names
    the attributes that the user must fill in, too.
    """

    session: Secret
    username: str
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherChallenge:
    """Cognito asks for something else first, such as the code of a second factor."""

    name: str
    session: Secret
    username: str
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class CodeDelivery:
    """Where Cognito says that it sent a code: a masked address, `EMAIL` or `SMS`, and the attribute."""

    destination: str
    medium: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A user as its own access token shows it."""

    username: str
    attributes: Mapping[str, str] = field(repr=False)


SignIn = Tokens | NewPasswordRequired | OtherChallenge | Failure


def sign_in_answer(operation: str, body: Mapping[str, Any], username: str) -> SignIn:
    """The answer of InitiateAuth or RespondToAuthChallenge to whoever signed in by this name."""
    challenge = str(body.get("ChallengeName") or "")
    if not challenge:
        return _tokens(body.get("AuthenticationResult") or {}) or Failure(operation, UNREADABLE)
    parameters: Mapping[str, str] = body.get("ChallengeParameters") or {}
    name = parameters.get("USER_ID_FOR_SRP") or parameters.get("USERNAME") or username
    session = Secret(str(body.get("Session") or ""))
    if challenge == NEW_PASSWORD_REQUIRED:
        return NewPasswordRequired(session, name, _required(parameters.get("requiredAttributes", "")))
    return OtherChallenge(challenge, session, name, parameters)


def code_delivery(body: Mapping[str, Any]) -> CodeDelivery:
    """The answer of ForgotPassword. Cognito took the call, whether or not it says where the code went."""
    details = body.get("CodeDeliveryDetails") or {}
    names = ("Destination", "DeliveryMedium", "AttributeName")
    return CodeDelivery(*(str(details.get(name) or "") for name in names))


def profile(body: Mapping[str, Any]) -> Profile:
    """The answer of GetUser."""
    attributes = {one["Name"]: one.get("Value", "") for one in body.get("UserAttributes", ())}
    return Profile(str(body["Username"]), attributes)


def _tokens(result: Mapping[str, Any]) -> Tokens | None:
    access = str(result.get("AccessToken") or "")
    if not access:
        return None
    refresh = str(result.get("RefreshToken") or "")
    return Tokens(
        access=Secret(access),
        identity=Secret(str(result.get("IdToken") or "")),
        refresh=Secret(refresh) if refresh else None,
        seconds=int(result.get("ExpiresIn") or 0),
        username=_username(access),
    )


def _required(listed: str) -> tuple[str, ...]:
    """`["userAttributes.name"]` → `name`; in JSON, as Cognito puts it."""
    try:
        names = json.loads(listed or "[]")
    except ValueError:
        return ()
    return tuple(str(name).removeprefix(ATTRIBUTE_PREFIX) for name in names)


def _username(access_token: str) -> str:
    """The claim of a token that is not verified here: it comes from Cognito and goes back there."""
    try:
        payload = access_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims.get("username") or "")
    except (IndexError, ValueError, AttributeError):
        return ""
