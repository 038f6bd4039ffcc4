"""What an app sends for its user, how the answers are read, and what is tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from bulkreset.clock import VirtualClock
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.cognito.app_answers import (
    CodeDelivery,
    Failure,
    NewPasswordRequired,
    OtherChallenge,
    Profile,
    Tokens,
)
from bulkreset.cognito.app_user import MOST_TRIES, AppUser
from bulkreset.cognito.client import Response
from bulkreset.secrets.secret import Secret

CLIENT_ID = "4client0id"
CLIENT_SECRET = "the-secret-of-the-app-client"
DONE = Answer(Meaning.DONE, request_id="r-1")
THROTTLED = Answer(Meaning.THROTTLED, "TooManyRequestsException", "Rate exceeded")
LOST = Answer(Meaning.NO_ANSWER, "ReadTimeoutError", "no answer")
PASSWORD, NEW, CODE, TOKEN = (Secret(text) for text in ("old-Passw0rd", "new-Passw0rd", "123456", "tok.en.x"))


class Cognito:
    """Answers in turn, and keeps what it was asked."""

    def __init__(self, *answers: Response | Answer) -> None:
        self.answers = [one if isinstance(one, Response) else Response(one, {}) for one in answers]
        self.asked: list[tuple[str, dict]] = []

    def call(self, operation, request):
        self.asked.append((operation, dict(request)))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def done(**body):
    return Response(DONE, body)


def refused(code, message):
    return Answer(Meaning.ROW_REFUSED, code, message)


def app(cognito, secret=None, clock=None):
    return AppUser(cognito, CLIENT_ID, Secret(secret) if secret else None, clock or VirtualClock())


def hash_of(username):
    digest = hmac.new(CLIENT_SECRET.encode(), f"{username}{CLIENT_ID}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def token_of(username):
    claims = base64.urlsafe_b64encode(json.dumps({"username": username}).encode()).decode().rstrip("=")
    return f"e30.{claims}.sig"


def test_a_sign_in_sends_what_the_user_typed_and_reads_the_tokens():
    result = {"AccessToken": token_of("u-1"), "IdToken": "id", "RefreshToken": "re", "ExpiresIn": 3600}
    cognito = Cognito(done(AuthenticationResult=result))
    tokens = app(cognito).sign_in("Ada@Example.com", PASSWORD)
    assert cognito.asked == [
        (
            "InitiateAuth",
            {
                "ClientId": CLIENT_ID,
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": "Ada@Example.com", "PASSWORD": "old-Passw0rd"},
            },
        )
    ]
    assert isinstance(tokens, Tokens)
    assert (tokens.access.reveal(), tokens.identity.reveal()) == (token_of("u-1"), "id")
    assert (tokens.refresh.reveal(), tokens.seconds, tokens.username) == ("re", 3600, "u-1")
    assert token_of("u-1") not in repr(tokens)


@pytest.mark.parametrize("token", ["", "no-jwt", "a.b.c", "a.!!!.c", "a.WzFd.c"])
def test_a_token_that_cannot_be_read_leaves_the_username_out(token):
    answered = app(Cognito(done(AuthenticationResult={"AccessToken": token}))).sign_in("ada", PASSWORD)
    assert isinstance(answered, Tokens if token else Failure)
    assert getattr(answered, "username", "") == ""


def test_every_call_that_takes_one_carries_the_hash_of_the_name_in_it():
    cognito = Cognito(done(AuthenticationResult={"AccessToken": TOKEN.reveal()}))
    user = app(cognito, CLIENT_SECRET)
    user.sign_in("ada@example.com", PASSWORD)
    user.refresh("ada", TOKEN)
    user.forgot_password("ada@example.com")
    user.confirm_forgot_password("ada@example.com", CODE, NEW)
    user.answer_new_password(NewPasswordRequired(Secret("s" * 20), "sub-of-ada"), NEW, {})
    sent = [request for _, request in cognito.asked]
    assert sent[0]["AuthParameters"]["SECRET_HASH"] == hash_of("ada@example.com")
    assert sent[1]["AuthParameters"] == {"REFRESH_TOKEN": "tok.en.x", "SECRET_HASH": hash_of("ada")}
    assert sent[2]["SecretHash"] == sent[3]["SecretHash"] == hash_of("ada@example.com")
    assert sent[4]["ChallengeResponses"]["SECRET_HASH"] == hash_of("sub-of-ada")


def test_a_challenge_is_answered_in_the_name_that_cognito_gave():
    parameters = {
        "USER_ID_FOR_SRP": "sub-of-ada",
        "requiredAttributes": '["userAttributes.name","userAttributes.custom:team"]',
    }
    challenge = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s" * 20}
    cognito = Cognito(done(**challenge, ChallengeParameters=parameters), done(AuthenticationResult={}))
    user = app(cognito)
    asked = user.sign_in("ada@example.com", PASSWORD)
    assert asked == NewPasswordRequired(Secret("s" * 20), "sub-of-ada", ("name", "custom:team"))
    user.answer_new_password(asked, NEW, {"name": "Ada", "custom:team": "x"})
    assert cognito.asked[1] == (
        "RespondToAuthChallenge",
        {
            "ClientId": CLIENT_ID,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": "s" * 20,
            "ChallengeResponses": {
                "USERNAME": "sub-of-ada",
                "NEW_PASSWORD": "new-Passw0rd",
                "userAttributes.name": "Ada",
                "userAttributes.custom:team": "x",
            },
        },
    )


def test_a_challenge_without_a_name_of_its_own_keeps_the_one_that_was_typed():
    body = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeParameters": {"requiredAttributes": "oops"}}
    assert app(Cognito(done(**body))).sign_in("ada", PASSWORD) == NewPasswordRequired(Secret(""), "ada")


def test_another_challenge_is_told_by_its_name():
    body = {"ChallengeName": "SMS_MFA", "Session": "s", "ChallengeParameters": {"USER_ID_FOR_SRP": "ada"}}
    answered = app(Cognito(done(**body))).sign_in("ada", PASSWORD)
    assert isinstance(answered, OtherChallenge)
    assert (answered.name, answered.username) == ("SMS_MFA", "ada")


def test_a_code_is_told_by_where_it_went():
    details = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    cognito = Cognito(done(CodeDeliveryDetails=details))
    assert app(cognito).forgot_password("ada") == CodeDelivery("a***@e***", "EMAIL", "email")
    assert cognito.asked == [("ForgotPassword", {"ClientId": CLIENT_ID, "Username": "ada"})]
    assert app(Cognito(done())).forgot_password("ada") == CodeDelivery("", "", "")


def test_calls_by_token_name_no_app_client():
    cognito = Cognito(done(Username="ada", UserAttributes=[{"Name": "email", "Value": "a@example.com"}]))
    user = app(cognito, CLIENT_SECRET)
    assert user.change_password(TOKEN, PASSWORD, NEW) is None
    assert user.global_sign_out(TOKEN) is None
    assert user.get_user(TOKEN) == Profile("ada", {"email": "a@example.com"})
    assert cognito.asked == [
        (
            "ChangePassword",
            {
                "AccessToken": "tok.en.x",
                "PreviousPassword": "old-Passw0rd",
                "ProposedPassword": "new-Passw0rd",
            },
        ),
        ("GlobalSignOut", {"AccessToken": "tok.en.x"}),
        ("GetUser", {"AccessToken": "tok.en.x"}),
    ]


@pytest.mark.parametrize("ask", [lambda u: u.sign_in("ada", PASSWORD), lambda u: u.get_user(TOKEN)])
def test_an_answer_without_what_was_asked_for_is_no_answer(ask):
    failure = ask(app(Cognito(done())))
    assert isinstance(failure, Failure)
    assert failure.is_unknown


EVERY_CALL = {
    "InitiateAuth": lambda user: user.sign_in("ada", PASSWORD),
    "RespondToAuthChallenge": lambda user: user.answer_new_password(
        NewPasswordRequired(Secret("s" * 20), "ada"), NEW, {}
    ),
    "ForgotPassword": lambda user: user.forgot_password("ada"),
    "ConfirmForgotPassword": lambda user: user.confirm_forgot_password("ada", CODE, NEW),
    "ChangePassword": lambda user: user.change_password(TOKEN, PASSWORD, NEW),
    "GlobalSignOut": lambda user: user.global_sign_out(TOKEN),
    "GetUser": lambda user: user.get_user(TOKEN),
}

every_call = pytest.mark.parametrize("operation", EVERY_CALL)


@every_call
def test_a_throttled_call_is_made_again_only_where_it_sends_and_changes_nothing(operation):
    cognito, clock = Cognito(THROTTLED), VirtualClock()
    failure = EVERY_CALL[operation](app(cognito, clock=clock))
    assert failure == Failure(operation, THROTTLED)
    assert len(cognito.asked) == (MOST_TRIES if operation in {"InitiateAuth", "GetUser"} else 1)
    assert (clock.monotonic() > 0) == (len(cognito.asked) > 1)


def test_a_call_that_was_throttled_goes_on_once_it_is_answered():
    cognito = Cognito(THROTTLED, done(Username="ada"))
    assert app(cognito).get_user(TOKEN) == Profile("ada", {})


@every_call
def test_a_lost_answer_is_told_as_unknown_and_nothing_is_sent_again(operation):
    cognito = Cognito(LOST)
    failure = EVERY_CALL[operation](app(cognito))
    assert (failure.operation, failure.is_unknown) == (operation, True)
    assert len(cognito.asked) == 1


@every_call
def test_a_refusal_that_repeats_what_it_was_given_shows_no_secret(operation):
    secrets = [PASSWORD, NEW, CODE, TOKEN, Secret("s" * 20), Secret(hash_of("ada"))]
    repeated = " ".join(secret.reveal() for secret in secrets)
    cognito = Cognito(refused("NotAuthorizedException", repeated))
    failure = EVERY_CALL[operation](app(cognito, CLIENT_SECRET))
    _, request = cognito.asked[0]
    values = json.dumps(request)
    given = [secret.reveal() for secret in secrets if secret.reveal() in values]
    assert given
    assert [text for text in given if text in failure.answer.message] == []
