"""What the end user does, as an app speaks to Cognito for it: no AWS credentials, no rights of anybody.

One attempt each. A refusal for the rate is tried again only where the call sends nothing and changes
nothing; whatever sends a code or sets a password is the caller's to repeat.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from bulkreset.clock import Clock
from bulkreset.cognito.answers import Meaning
from bulkreset.cognito.app_answers import (
    ATTRIBUTE_PREFIX,
    NEW_PASSWORD_REQUIRED,
    UNREADABLE,
    CodeDelivery,
    Failure,
    NewPasswordRequired,
    Profile,
    SignIn,
    code_delivery,
    profile,
    sign_in_answer,
)
from bulkreset.cognito.client import Response
from bulkreset.cognito.secret_hash import secret_hash
from bulkreset.rates.backoff import backoff_seconds
from bulkreset.secrets.secret import Secret

MOST_TRIES = 4
REPEATABLE = frozenset({"InitiateAuth", "GetUser"})

SHORTEST_HIDDEN = 4
"""A shorter text is in every answer: the gaps would tell what it is."""

Request = Mapping[str, Any]


class Caller(Protocol):
    """What of CognitoClient is needed."""

    def call(self, operation: str, request: Mapping[str, object]) -> Response: ...


class AppUser:
    """A user in front of one app client, whose secret `client_secret` is; None where it has none."""

    def __init__(self, caller: Caller, client_id: str, client_secret: Secret | None, clock: Clock) -> None:
        self.client_id = client_id
        self._caller = caller
        self._client_secret = client_secret
        self._clock = clock
        self._rng = random.Random()  # noqa: S311 - jitter

    def sign_in(self, username: str, password: Secret) -> SignIn:
        """InitiateAuth with USER_PASSWORD_AUTH. The name is whatever the user types."""
        parameters = {"USERNAME": username, "PASSWORD": password, **self._proof("SECRET_HASH", username)}
        return self._authenticated("USER_PASSWORD_AUTH", parameters, username)

    def refresh(self, username: str, refresh_token: Secret) -> SignIn:
        """InitiateAuth with REFRESH_TOKEN_AUTH. The name is the `username` of Tokens, not what was typed."""
        parameters = {"REFRESH_TOKEN": refresh_token, **self._proof("SECRET_HASH", username)}
        return self._authenticated("REFRESH_TOKEN_AUTH", parameters, username)

    def answer_new_password(
        self, challenge: NewPasswordRequired, new_password: Secret, attributes: Mapping[str, str]
    ) -> SignIn:
        """RespondToAuthChallenge; with the attributes that the challenge requires, by their own names."""
        responses = {
            "USERNAME": challenge.username,
            "NEW_PASSWORD": new_password,
            **self._proof("SECRET_HASH", challenge.username),
            **{f"{ATTRIBUTE_PREFIX}{name}": value for name, value in attributes.items()},
        }
        request = {
            "ClientId": self.client_id,
            "ChallengeName": NEW_PASSWORD_REQUIRED,
            "Session": challenge.session,
            "ChallengeResponses": responses,
        }
        answered = self._call("RespondToAuthChallenge", request)
        if isinstance(answered, Failure):
            return answered
        return sign_in_answer("RespondToAuthChallenge", answered, challenge.username)

    def forgot_password(self, username: str) -> CodeDelivery | Failure:
        """Has Cognito send the user a code."""
        answered = self._call("ForgotPassword", self._named(username))
        return answered if isinstance(answered, Failure) else code_delivery(answered)

    def confirm_forgot_password(self, username: str, code: Secret, password: Secret) -> Failure | None:
        """Sets a new password with a code, whoever had it sent: the user, or an administrator."""
        request = {**self._named(username), "ConfirmationCode": code, "Password": password}
        return _failure(self._call("ConfirmForgotPassword", request))

    def change_password(self, access_token: Secret, previous: Secret, proposed: Secret) -> Failure | None:
        request = {"AccessToken": access_token, "PreviousPassword": previous, "ProposedPassword": proposed}
        return _failure(self._call("ChangePassword", request))

    def global_sign_out(self, access_token: Secret) -> Failure | None:
        """Revokes all tokens of the user, of every app client."""
        return _failure(self._call("GlobalSignOut", {"AccessToken": access_token}))

    def get_user(self, access_token: Secret) -> Profile | Failure:
        """The user, if its token is alive; the way to see whether it is."""
        answered = self._call("GetUser", {"AccessToken": access_token})
        if isinstance(answered, Failure):
            return answered
        return profile(answered) if "Username" in answered else Failure("GetUser", UNREADABLE)

    def _authenticated(self, flow: str, parameters: Request, username: str) -> SignIn:
        request = {"ClientId": self.client_id, "AuthFlow": flow, "AuthParameters": parameters}
        answered = self._call("InitiateAuth", request)
        if isinstance(answered, Failure):
            return answered
        return sign_in_answer("InitiateAuth", answered, username)

    def _named(self, username: str) -> dict[str, object]:
        return {"ClientId": self.client_id, "Username": username, **self._proof("SecretHash", username)}

    def _proof(self, name: str, username: str) -> dict[str, Secret]:
        if self._client_secret is None:
            return {}
        return {name: secret_hash(self._client_secret, self.client_id, username)}

    def _call(self, operation: str, request: Request) -> Mapping[str, Any] | Failure:
        """The body of the answer. Here alone the secrets of a request are revealed."""
        tries = 0
        while True:
            response = self._caller.call(operation, _revealed(request))
            tries += 1
            if response.answer.meaning is Meaning.DONE:
                return response.body
            is_throttled = response.answer.meaning is Meaning.THROTTLED
            if not (is_throttled and operation in REPEATABLE and tries < MOST_TRIES):
                return Failure(operation, replace(response.answer, message=_redacted(response, request)))
            self._clock.sleep(backoff_seconds(tries, self._rng))


def _failure(answered: Mapping[str, Any] | Failure) -> Failure | None:
    return answered if isinstance(answered, Failure) else None


def _revealed(request: Request) -> dict[str, object]:
    return {name: _plain(value) for name, value in request.items()}


def _plain(value: object) -> object:
    match value:
        case Secret():
            return value.reveal()
        case Mapping():
            return _revealed(value)
        case _:
            return value


def _redacted(response: Response, request: Request) -> str:
    text = response.answer.message
    for secret in _secrets(request):
        if len(secret.reveal()) >= SHORTEST_HIDDEN:
            text = secret.redacted_from(text)
    return text


def _secrets(request: Request) -> list[Secret]:
    found: list[Secret] = []
    for value in request.values():
        if isinstance(value, Secret):
            found.append(value)
        elif isinstance(value, Mapping):
            found += _secrets(value)
    return found
