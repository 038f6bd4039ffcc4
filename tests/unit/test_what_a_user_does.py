"""A user's sign-in and change of password, decided from what Cognito answers."""

from __future__ import annotations

import pytest

from bulkreset.clock import VirtualClock
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.cognito.app_answers import Failure, NewPasswordRequired, OtherChallenge, Tokens
from bulkreset.cognito.app_user import AppUser
from bulkreset.cognito.client import Response
from bulkreset.errors import InputError, Refused
from bulkreset.flow.user.change_password import change_password
from bulkreset.flow.user.password_rules import password_rules
from bulkreset.flow.user.sign_in import SignedIn, sign_in
from bulkreset.pool import PasswordPolicy
from bulkreset.secrets.secret import Secret

OLD, NEW, TOKEN = (Secret(text) for text in ("old-Passw0rd", "new-Passw0rd", "to.ke.n"))
TOKENS = {"AuthenticationResult": {"AccessToken": "to.ke.n", "IdToken": "i", "ExpiresIn": 3600}}
MFA = {"ChallengeName": "SMS_MFA", "Session": "s"}
REFUSED = Answer(Meaning.ROW_REFUSED, "NotAuthorizedException", "Incorrect username or password.")


def challenge(required="[]"):
    parameters = {"requiredAttributes": required}
    return {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s", "ChallengeParameters": parameters}


class Cognito:
    """Answers by operation, and keeps which were asked."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def call(self, operation, _request):
        self.asked.append(operation)
        answer = self.answers[operation]
        if isinstance(answer, Answer):
            return Response(answer, {})
        return Response(Answer(Meaning.DONE), answer)

    @property
    def app(self):
        return AppUser(self, "client0id", None, VirtualClock())


def never():
    raise AssertionError("asked for a new password")


def test_nobody_is_asked_for_a_new_password_that_cognito_does_not_want():
    for answer, kind in ((TOKENS, Tokens), (MFA, OtherChallenge)):
        ended = sign_in(Cognito(InitiateAuth=answer).app, "ada", OLD, never, {})
        assert isinstance(ended, SignedIn)
        assert isinstance(ended.answer, kind)
        assert not ended.is_new


def test_a_challenge_is_left_open_without_a_new_password():
    ended = sign_in(Cognito(InitiateAuth=challenge()).app, "ada", OLD, None, {})
    assert ended == SignedIn(NewPasswordRequired(Secret("s"), "ada"))


def test_attributes_that_are_missing_are_named_before_the_challenge_is_answered():
    cognito = Cognito(InitiateAuth=challenge('["userAttributes.name","userAttributes.given_name"]'))
    with pytest.raises(InputError, match=r"asks for given_name .*--attribute given_name=VALUE"):
        sign_in(cognito.app, "ada", OLD, never, {"name": "Ada"})
    assert cognito.asked == ["InitiateAuth"]


@pytest.mark.parametrize(("answer", "kind"), [(TOKENS, Tokens), (MFA, OtherChallenge)])
def test_a_new_password_that_was_taken_is_told(answer, kind):
    cognito = Cognito(InitiateAuth=challenge('["userAttributes.name"]'), RespondToAuthChallenge=answer)
    ended = sign_in(cognito.app, "ada", OLD, lambda: NEW, {"name": "Ada"})
    assert ended.is_new
    assert isinstance(ended.answer, kind)


def test_a_new_password_that_was_refused_is_a_failure():
    cognito = Cognito(InitiateAuth=challenge(), RespondToAuthChallenge=REFUSED)
    failure = sign_in(cognito.app, "ada", OLD, lambda: NEW, {})
    assert failure == Failure("RespondToAuthChallenge", REFUSED)


def test_without_a_token_the_current_password_signs_in_first():
    cognito = Cognito(InitiateAuth=TOKENS, ChangePassword={})
    assert change_password(cognito.app, "ada", OLD, NEW, None) is None
    assert cognito.asked == ["InitiateAuth", "ChangePassword"]
    assert change_password(Cognito(InitiateAuth=REFUSED).app, "ada", OLD, NEW, None).answer == REFUSED


@pytest.mark.parametrize(("answer", "told"), [(MFA, "SMS_MFA"), (challenge(), "sign-in --new-password")])
def test_a_challenge_ends_a_change_of_the_password(answer, told):
    cognito = Cognito(InitiateAuth=answer)
    with pytest.raises(Refused, match=told):
        change_password(cognito.app, "ada", OLD, NEW, None)
    assert cognito.asked == ["InitiateAuth"]


@pytest.mark.parametrize("name", ["u-1", "sub-1", "Ada@example.com", "+4915112345678", "countess"])
def test_a_token_is_good_for_whatever_its_user_is_called(name):
    attributes = {
        "sub": "sub-1",
        "email": "ada@example.com",
        "phone_number": "+4915112345678",
        "preferred_username": "countess",
    }
    listed = [{"Name": key, "Value": value} for key, value in attributes.items()]
    cognito = Cognito(GetUser={"Username": "u-1", "UserAttributes": listed}, ChangePassword={})
    assert change_password(cognito.app, name, OLD, NEW, TOKEN) is None
    assert cognito.asked == ["GetUser", "ChangePassword"]


@pytest.mark.parametrize("name", ["bob", ""])
def test_a_token_of_somebody_else_changes_nothing(name):
    cognito = Cognito(GetUser={"Username": "ada"})
    with pytest.raises(InputError, match="belongs to another user"):
        change_password(cognito.app, name, OLD, NEW, TOKEN)
    assert cognito.asked == ["GetUser"]


def test_a_dead_token_changes_nothing():
    cognito = Cognito(GetUser=REFUSED)
    assert change_password(cognito.app, "ada", OLD, NEW, TOKEN) == Failure("GetUser", REFUSED)


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (PasswordPolicy(12), "at least 12 characters"),
        (PasswordPolicy(numbers=True), "at least 8 characters, with a digit"),
        (
            PasswordPolicy(8, uppercase=True, lowercase=True, symbols=True),
            "at least 8 characters, with an uppercase letter, a lowercase letter and a symbol",
        ),
    ],
)
def test_a_policy_is_told_in_words(policy, told):
    assert password_rules(policy) == told
