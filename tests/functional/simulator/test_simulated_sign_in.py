"""What an app's user meets: flows, challenges, sessions that end, and tokens that die."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace

import pytest

from bulkreset.clock import VirtualClock
from bulkreset.simulator import SeedUser

PASSWORD = "Passw0rd-x"
DAY = 86_400.0
ADA = SeedUser("ada", email="ada@example.com", email_verified=True, password=PASSWORD)
INVALID_SESSION = ("NotAuthorizedException", "Invalid session for the user.")
NEW = SeedUser("new", status="FORCE_CHANGE_PASSWORD", password=PASSWORD)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def app(start, connect, clock):
    """Makes apps: a client of a pool with these users, which signs them in and answers challenges."""

    class App:
        def __init__(self, users=(ADA, NEW), config=None, aliases=(), **client_settings):
            self.simulator = start(clock=clock)
            self.client = connect(self.simulator)
            self.pool = self.simulator.create_pool(users, config=config, alias_attributes=aliases)
            settings = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
            made = self.client.create_user_pool_client(
                UserPoolId=self.pool, ClientName="app", **settings | client_settings
            )["UserPoolClient"]
            self.id, self.secret = made["ClientId"], made.get("ClientSecret")

        def hash(self, username):
            if not self.secret:
                return {}
            message = (username + self.id).encode()
            digest = hmac.new(self.secret.encode(), message, hashlib.sha256).digest()
            return {"SECRET_HASH": base64.b64encode(digest).decode()}

        def sign_in(self, username, password=PASSWORD):
            parameters = {"USERNAME": username, "PASSWORD": password, **self.hash(username)}
            return self.client.initiate_auth(
                ClientId=self.id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
            )

        def answer(self, challenge, username, password, **attributes):
            answers = {"USERNAME": username, "NEW_PASSWORD": password, **self.hash(username)}
            answers |= {f"userAttributes.{name}": text for name, text in attributes.items()}
            return self.client.respond_to_auth_challenge(
                ClientId=self.id,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=challenge["Session"],
                ChallengeResponses=answers,
            )

    return App


def test_a_client_signs_users_in_only_by_its_flows(app, refusal):
    one = app(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    assert refusal(one.sign_in, "ada") == (
        "InvalidParameterException",
        "USER_PASSWORD_AUTH flow not enabled for this client",
    )


@pytest.mark.parametrize(
    ("changes", "password", "told"),
    [
        ({}, "wrong", ("NotAuthorizedException", "Incorrect username or password.")),
        ({"status": "UNCONFIRMED"}, PASSWORD, ("UserNotConfirmedException", "User is not confirmed.")),
        (
            {"status": "RESET_REQUIRED"},
            PASSWORD,
            ("PasswordResetRequiredException", "Password reset required for the user"),
        ),
        ({"enabled": False}, PASSWORD, ("NotAuthorizedException", "User is disabled.")),
        ({"username": "eve"}, PASSWORD, ("UserNotFoundException", "User does not exist.")),
    ],
    ids=["wrong password", "unconfirmed", "reset required", "disabled", "nobody"],
)
def test_who_is_not_let_in_is_told_why(app, refusal, changes, password, told):
    user = SeedUser(**{"username": "ada", "password": PASSWORD} | changes)
    assert refusal(app([user]).sign_in, "ada", password) == told


def test_a_client_that_hides_who_exists_answers_as_to_a_wrong_password(app, refusal):
    one = app(PreventUserExistenceErrors="ENABLED")
    assert refusal(one.sign_in, "nobody") == ("NotAuthorizedException", "Incorrect username or password.")


def test_a_client_with_a_secret_wants_its_hash_at_every_step(app, refusal):
    one = app(GenerateSecret=True)
    refused = refusal(
        one.client.initiate_auth,
        ClientId=one.id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert "SECRET_HASH was not received" in refused[1]
    assert one.sign_in("ada")["AuthenticationResult"]
    challenge = one.sign_in("new")
    assert one.answer(challenge, "new", "Brand-new-1")["AuthenticationResult"]


def test_a_temporary_password_asks_for_a_new_one_and_for_what_the_pool_requires(app, refusal):
    schema = [{"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": True}]
    one = app(config={"Schema": schema})
    challenge = one.sign_in("new")
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert len(challenge["Session"]) >= 20
    parameters = challenge["ChallengeParameters"]
    assert json.loads(parameters["requiredAttributes"]) == ["userAttributes.name"]
    assert parameters["USER_ID_FOR_SRP"] == "new"
    assert refusal(one.answer, challenge, "new", "Brand-new-1")[0] == "InvalidParameterException"
    assert refusal(one.answer, challenge, "new", "short", name="N. Ew")[0] == "InvalidPasswordException"
    assert one.answer(challenge, "new", "Brand-new-1", name="N. Ew")["AuthenticationResult"]
    state = one.simulator.user(one.pool, "new")
    assert (state.status, state.password, state.attributes["name"]) == ("CONFIRMED", "Brand-new-1", "N. Ew")
    again = refusal(one.answer, challenge, "new", "Brand-new-2", name="N. Ew")
    assert again == ("NotAuthorizedException", "Invalid session for the user.")


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (
            lambda one, who: one.client.admin_disable_user(**who),
            ("NotAuthorizedException", "User is disabled."),
        ),
        (
            lambda one, who: one.client.admin_set_user_password(**who, Password="Newer-temp-1"),
            INVALID_SESSION,
        ),
        (
            lambda one, who: one.client.admin_set_user_password(**who, Password="Chosen-1x", Permanent=True),
            INVALID_SESSION,
        ),
        (lambda one, who: one.client.admin_create_user(**who, MessageAction="RESEND"), INVALID_SESSION),
        (lambda one, who: one.answer(one.sign_in("new"), who["Username"], "Chosen-1x"), INVALID_SESSION),
        (
            lambda one, who: one.simulator.set_user(one.pool, who["Username"], status="CONFIRMED"),
            INVALID_SESSION,
        ),
    ],
    ids=[
        "disabled",
        "newer temporary password",
        "permanent password",
        "invited again",
        "another session answered",
        "confirmed behind everybody's back",
    ],
)
def test_a_session_ends_with_what_it_was_begun_with(app, refusal, ends, told):
    one = app()
    challenge = one.sign_in("new")
    ends(one, {"UserPoolId": one.pool, "Username": "new"})
    before = one.simulator.user(one.pool, "new")
    assert refusal(one.answer, challenge, "new", "Brand-new-1") == told
    assert one.simulator.user(one.pool, "new") == before


@pytest.mark.parametrize("name", ["ada", "nobody", ""])
def test_a_session_is_answered_only_in_the_name_of_its_user(app, refusal, name):
    one = app()
    challenge = one.sign_in("new")
    assert refusal(one.answer, challenge, name, "Brand-new-1") == INVALID_SESSION
    assert one.answer(challenge, "new", "Brand-new-1")["AuthenticationResult"]


def test_a_session_is_answered_by_any_name_of_its_user(app):
    one = app([replace(NEW, email="new@example.com", email_verified=True)], aliases=("email",))
    assert one.answer(one.sign_in("new"), "new@example.com", "Brand-new-1")["AuthenticationResult"]


@pytest.mark.parametrize("password", ["short", PASSWORD])
def test_a_refused_answer_leaves_nothing_of_itself(app, refusal, password):
    one = app(config={"Policies": {"PasswordPolicy": {"PasswordHistorySize": 2}}})
    challenge = one.sign_in("new")
    before = one.simulator.user(one.pool, "new")
    refusal(one.answer, challenge, "new", password, email="mine@example.com")
    assert one.simulator.user(one.pool, "new") == before
    one.answer(challenge, "new", "Brand-new-1", email="mine@example.com")
    assert one.simulator.user(one.pool, "new").email == "mine@example.com"
    listed = one.client.list_users(UserPoolId=one.pool, Filter='email = "mine@example.com"')["Users"]
    assert [user["Username"] for user in listed] == ["new"]


@pytest.mark.parametrize(("minutes", "settings"), [(3, {}), (15, {"AuthSessionValidity": 15})])
def test_a_session_ends_when_the_client_says_so(app, refusal, clock, minutes, settings):
    one = app(**settings)
    described = one.client.describe_user_pool_client(UserPoolId=one.pool, ClientId=one.id)["UserPoolClient"]
    assert described["AuthSessionValidity"] == minutes
    challenge = one.sign_in("new")
    clock.sleep(minutes * 60.0 + 1.0)
    late = refusal(one.answer, challenge, "new", "Brand-new-1")
    assert late == ("NotAuthorizedException", "Invalid session for the user, session is expired.")


def test_a_temporary_password_ends_after_the_days_of_the_policy(app, refusal, clock):
    one = app(config={"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 2}}})
    one.client.admin_set_user_password(UserPoolId=one.pool, Username="ada", Password="Temp-pass-1")
    clock.sleep(2 * DAY - 60.0)
    assert one.sign_in("ada", "Temp-pass-1")["ChallengeName"]
    clock.sleep(120.0)
    late = refusal(one.sign_in, "ada", "Temp-pass-1")
    assert late[1] == "Temporary password has expired and must be reset by an administrator."


def suppressed(one, password):
    one.client.admin_create_user(
        UserPoolId=one.pool, Username="eve", TemporaryPassword=password, MessageAction="SUPPRESS"
    )


def seeded(one, password):
    one.simulator.add_users(one.pool, [replace(NEW, username="eve", password=password)])


def changed(one, password):
    one.simulator.set_user(one.pool, "ada", password=password, status="FORCE_CHANGE_PASSWORD")


@pytest.mark.parametrize(
    ("gives", "name"),
    [(suppressed, "eve"), (seeded, "eve"), (changed, "ada")],
    ids=["without invitation", "seeded", "set behind everybody's back"],
)
def test_a_temporary_password_ends_however_it_came_about(app, refusal, clock, gives, name):
    one = app()
    clock.sleep(30 * DAY)
    gives(one, "Temp-pass-1")
    clock.sleep(7 * DAY - 60.0)
    one.client.admin_update_user_attributes(
        UserPoolId=one.pool, Username=name, UserAttributes=[{"Name": "name", "Value": "N."}]
    )
    assert one.sign_in(name, "Temp-pass-1")["ChallengeName"]
    clock.sleep(120.0)
    late = refusal(one.sign_in, name, "Temp-pass-1")
    assert late[1] == "Temporary password has expired and must be reset by an administrator."


def test_a_seeded_temporary_password_is_as_old_as_its_user(app, refusal, clock):
    one = app([replace(NEW, modified_at=clock.now() - 8 * DAY)])
    assert "has expired" in refusal(one.sign_in, "new")[1]


def test_tokens_die_with_a_sign_out_and_say_so(app, refusal):
    one = app()
    tokens = one.sign_in("ada")["AuthenticationResult"]
    access = {"AccessToken": tokens["AccessToken"]}
    assert one.client.get_user(**access)["Username"] == "ada"
    one.client.change_password(**access, PreviousPassword=PASSWORD, ProposedPassword="Brand-new-1")
    one.client.global_sign_out(**access)
    dead = ("NotAuthorizedException", "Access Token has been revoked")
    assert refusal(one.client.get_user, **access) == dead
    change = {"PreviousPassword": "Brand-new-1", "ProposedPassword": "Brand-new-2"}
    assert refusal(one.client.change_password, **access, **change) == dead
    refused = refusal(
        one.client.initiate_auth,
        ClientId=one.id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )
    assert refused == ("NotAuthorizedException", "Refresh Token has been revoked")


def test_administrators_sign_in_by_the_client_of_the_pool_they_name(app, refusal):
    one = app(ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH"])
    other = one.simulator.create_pool([ADA, NEW], pool_id="us-east-1_Another01")
    unknown = ("ResourceNotFoundException", f"User pool client {one.id} does not exist.")
    none = ("ResourceNotFoundException", "User pool us-east-1_None does not exist.")
    begin = {
        "ClientId": one.id,
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "new", "PASSWORD": PASSWORD},
    }
    answer = {
        "ClientId": one.id,
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "ChallengeResponses": {"USERNAME": "new", "NEW_PASSWORD": "Brand-new-1"},
    }
    initiate, respond = one.client.admin_initiate_auth, one.client.admin_respond_to_auth_challenge
    assert refusal(initiate, UserPoolId=other, **begin) == unknown
    assert refusal(initiate, UserPoolId="us-east-1_None", **begin) == none
    assert refusal(initiate, UserPoolId=other, **begin | {"AuthFlow": "USER_SRP_AUTH"}) == unknown
    answer["Session"] = initiate(UserPoolId=one.pool, **begin)["Session"]
    assert refusal(respond, UserPoolId=other, **answer) == unknown
    assert refusal(respond, UserPoolId=other, **answer | {"ChallengeName": "SMS_MFA"}) == unknown
    assert respond(UserPoolId=one.pool, **answer)["AuthenticationResult"]


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_users_do_not_sign_in_by_the_flow_of_administrators(app, refusal, flow):
    one = app(ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"])
    refused = refusal(
        one.client.initiate_auth,
        ClientId=one.id,
        AuthFlow=flow,
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert refused == ("InvalidParameterException", "Initiate Auth method not supported.")


NAME = {"UserAttributes": [{"Name": "name", "Value": "A."}]}
BY_TOKEN = {
    "associate_software_token": {},
    "delete_user": {},
    "delete_user_attributes": {"UserAttributeNames": ["name"]},
    "get_user": {},
    "get_user_attribute_verification_code": {"AttributeName": "email"},
    "set_user_mfa_preference": {},
    "set_user_settings": {"MFAOptions": []},
    "update_user_attributes": NAME,
    "verify_software_token": {"UserCode": "123456"},
    "verify_user_attribute": {"AttributeName": "email", "Code": "123456"},
}


def test_no_operation_takes_a_dead_token_or_says_it(app, refusal):
    one = app()
    token = one.sign_in("ada")["AuthenticationResult"]["AccessToken"]
    one.client.update_user_attributes(AccessToken=token, **NAME)
    assert one.simulator.user(one.pool, "ada").attributes["name"] == "A."
    one.client.admin_user_global_sign_out(UserPoolId=one.pool, Username="ada")
    for operation, more in BY_TOKEN.items():
        refused = refusal(getattr(one.client, operation), AccessToken=token, **more)
        assert refused == ("NotAuthorizedException", "Access Token has been revoked"), operation


def test_a_token_of_a_user_who_was_reset_asks_for_the_reset(app, refusal):
    one = app()
    token = one.sign_in("ada")["AuthenticationResult"]["AccessToken"]
    one.client.admin_reset_user_password(UserPoolId=one.pool, Username="ada")
    asked = ("PasswordResetRequiredException", "Password reset required for the user")
    for operation, more in BY_TOKEN.items():
        assert refusal(getattr(one.client, operation), AccessToken=token, **more) == asked, operation


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"status": "RESET_REQUIRED"}, "PasswordResetRequiredException"),
        ({"enabled": False}, "NotAuthorizedException"),
        ({"status": "UNCONFIRMED"}, "NotAuthorizedException"),
    ],
    ids=["reset required", "disabled", "unconfirmed"],
)
def test_a_wrong_password_hides_only_that_a_user_is_not_confirmed(app, refusal, changes, told):
    code, text = refusal(app([replace(ADA, **changes)]).sign_in, "ada", "wrong")
    assert code == told
    assert (text == "Incorrect username or password.") == (changes.get("status") == "UNCONFIRMED")


def test_a_wrong_previous_password_changes_nothing(app, refusal):
    one = app()
    access = one.sign_in("ada")["AuthenticationResult"]["AccessToken"]
    change = {"PreviousPassword": "wrong", "ProposedPassword": "Brand-new-1"}
    refused = refusal(one.client.change_password, AccessToken=access, **change)
    assert refused == ("NotAuthorizedException", "Incorrect username or password.")
    assert one.simulator.user(one.pool, "ada").password == PASSWORD


def test_the_history_of_passwords_holds_for_every_way_to_a_new_one(app, refusal):
    one = app(config={"Policies": {"PasswordPolicy": {"PasswordHistorySize": 2}}})
    used = "PasswordHistoryPolicyViolationException"
    set_password = one.client.admin_set_user_password
    who = {"UserPoolId": one.pool, "Username": "ada", "Permanent": True}
    assert refusal(set_password, **who, Password=PASSWORD)[0] == used
    set_password(**who, Password="Second-pass-2")
    assert refusal(set_password, **who, Password=PASSWORD)[0] == used
    set_password(**who, Password="Third-pass-3")
    set_password(**who, Password=PASSWORD)
    access = one.sign_in("ada")["AuthenticationResult"]["AccessToken"]
    change = {"PreviousPassword": PASSWORD, "ProposedPassword": PASSWORD}
    assert refusal(one.client.change_password, AccessToken=access, **change)[0] == used
    assert refusal(one.answer, one.sign_in("new"), "new", PASSWORD)[0] == used


def test_a_reset_does_not_take_the_history_of_passwords_away(app, refusal):
    one = app(config={"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}})
    one.client.admin_reset_user_password(UserPoolId=one.pool, Username="ada")
    code = one.simulator.outbox.to("ada")[0].code
    confirm = {"ClientId": one.id, "Username": "ada", "ConfirmationCode": code}
    again = refusal(one.client.confirm_forgot_password, **confirm, Password=PASSWORD)
    assert again[0] == "PasswordHistoryPolicyViolationException"
    one.client.confirm_forgot_password(**confirm, Password="Second-pass-2")
    assert one.simulator._pool(one.pool).earlier_passwords == {"ada": [PASSWORD]}


def test_a_new_invitation_does_not_take_the_history_of_passwords_away(app, refusal):
    one = app(config={"Policies": {"PasswordPolicy": {"PasswordHistorySize": 2}}})
    who = {"UserPoolId": one.pool, "Username": "new"}
    one.client.admin_create_user(**who, MessageAction="RESEND", TemporaryPassword="Temp-pass-1")
    challenge = one.sign_in("new", "Temp-pass-1")
    for used in (PASSWORD, "Temp-pass-1"):
        refused = refusal(one.answer, challenge, "new", used)
        assert refused[0] == "PasswordHistoryPolicyViolationException"
    assert one.answer(challenge, "new", "Brand-new-1")["AuthenticationResult"]


def test_a_user_made_again_has_nothing_of_the_one_before(app, refusal):
    one = app(config={"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}})
    who = {"UserPoolId": one.pool, "Username": "new"}
    one.client.admin_set_user_password(**who, Password="Temp-pass-1")
    challenge = one.sign_in("new", "Temp-pass-1")
    one.client.admin_delete_user(**who)
    one.client.admin_create_user(**who, TemporaryPassword="Temp-pass-2", MessageAction="SUPPRESS")
    assert refusal(one.answer, challenge, "new", "Brand-new-1") == INVALID_SESSION
    assert one.answer(one.sign_in("new", "Temp-pass-2"), "new", PASSWORD)["AuthenticationResult"]


def test_an_invitation_begins_the_history_with_its_own_password(app):
    one = app(config={"Policies": {"PasswordPolicy": {"PasswordHistorySize": 2}}})
    one.client.admin_create_user(UserPoolId=one.pool, Username="eve")
    assert one.simulator.user(one.pool, "eve").password
    assert one.simulator._pool(one.pool).earlier_passwords == {}


@pytest.mark.parametrize("factor", ["SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"])
def test_a_second_factor_is_asked_for(app, factor):
    one = app([SeedUser("ada", preferred_mfa=factor, password=PASSWORD)])
    assert one.sign_in("ada")["ChallengeName"] == factor
