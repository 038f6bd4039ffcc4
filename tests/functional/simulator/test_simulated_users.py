"""Attributes, names, passwords, sign-out and invitations where moto differs from Cognito."""

from __future__ import annotations

import pytest

from bulkreset.simulator import Medium, SeedUser

OLD = 1_600_000_000.0


def _update(client, pool, username, **attributes):
    return client.admin_update_user_attributes(
        UserPoolId=pool,
        Username=username,
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )


@pytest.fixture
def alias_pool(simulator):
    """Two users with one e-mail address, which is an alias of the first."""
    shared = "both@example.com"
    return simulator.create_pool(
        [
            SeedUser("first", email=shared, email_verified=True, modified_at=OLD),
            SeedUser("second", email=shared, modified_at=OLD),
        ],
        pool_id="us-east-1_Alias",
        alias_attributes=["email"],
    )


def test_verifying_a_shared_alias_takes_it_from_the_other_user(simulator, client, alias_pool):
    assert simulator.user(alias_pool, "both@example.com").username == "first"
    _update(client, alias_pool, "second", email_verified="true")
    assert simulator.user(alias_pool, "both@example.com").username == "second"
    loser = simulator.user(alias_pool, "first")
    assert not loser.email_verified
    assert loser.modified_at > OLD
    assert len(simulator.outbox) == 0


def test_verifying_a_shared_contact_that_is_no_alias_leaves_the_other_user(simulator, client):
    shared = {"email": "both@example.com", "email_verified": True}
    pool = simulator.create_pool([SeedUser("first", **shared), SeedUser("second", email="both@example.com")])
    _update(client, pool, "second", email_verified="true")
    assert simulator.user(pool, "first").email_verified
    assert simulator.user(pool, "second").email_verified


def test_an_unverified_alias_does_not_name_the_user(client, simulator, alias_pool, refusal):
    simulator.set_user(alias_pool, "first", email_verified=False)
    code, _ = refusal(client.admin_get_user, UserPoolId=alias_pool, Username="both@example.com")
    assert code == "UserNotFoundException"


def test_in_a_pool_with_email_as_username_the_sub_is_the_username(simulator, client):
    pool = simulator.create_pool([SeedUser("ada", email="ada@example.com")], username_attributes=["email"])
    by_email = client.admin_get_user(UserPoolId=pool, Username="ada@example.com")
    assert by_email["Username"] == simulator.user(pool, "ada@example.com").sub
    assert (
        client.admin_get_user(UserPoolId=pool, Username=by_email["Username"])["Username"]
        == (by_email["Username"])
    )


def test_the_sub_names_nobody_in_a_pool_with_usernames(simulator, client, pool, refusal):
    sub = simulator.user(pool, "ada").sub
    assert refusal(client.admin_get_user, UserPoolId=pool, Username=sub)[0] == "UserNotFoundException"


def test_case_matters_only_in_case_sensitive_pools(simulator, client, pool, refusal):
    loose = simulator.create_pool([SeedUser("Ada")], pool_id="us-east-1_Loose", case_sensitive=False)
    assert client.admin_get_user(UserPoolId=loose, Username="ADA")["Username"] == "ada"
    assert refusal(client.admin_get_user, UserPoolId=pool, Username="ADA")[0] == "UserNotFoundException"


def test_an_email_of_another_user_is_refused_where_it_is_the_username(simulator, client, refusal):
    users = [SeedUser("ada", email="ada@example.com"), SeedUser("ben", email="ben@example.com")]
    pool = simulator.create_pool(users, username_attributes=["email"])
    assert refusal(_update, client, pool, "ben@example.com", email="ada@example.com") == (
        "AliasExistsException",
        "An account with the given email already exists.",
    )
    _update(client, pool, "ben@example.com", email="ben@example.com", email_verified="true")
    assert simulator.user(pool, "ben@example.com").email_verified


def test_verifying_is_repeat_safe_and_moves_the_modification_date(simulator, client):
    pool = simulator.create_pool([SeedUser("ben", email="ben@example.com", modified_at=OLD)])
    _update(client, pool, "ben", email_verified="true")
    _update(client, pool, "ben", email_verified="true")
    user = simulator.user(pool, "ben")
    assert user.email_verified
    assert user.modified_at > OLD


def test_an_absent_contact_cannot_be_verified(simulator, client, refusal):
    pool = simulator.create_pool([SeedUser("ben")])
    assert refusal(_update, client, pool, "ben", email_verified="true")[0] == "InvalidParameterException"


def test_a_changed_email_is_unverified_and_sent_a_code_where_the_pool_verifies_it(simulator, client):
    pool = simulator.create_pool(
        [SeedUser("ben", email="ben@example.com", email_verified=True)],
        config={"AutoVerifiedAttributes": ["email"]},
    )
    _update(client, pool, "ben", email="new@example.org")
    assert not simulator.user(pool, "ben").email_verified
    (message,) = simulator.outbox.messages
    assert (message.kind, message.destination) == ("CustomMessage_UpdateUserAttribute", "new@example.org")


def test_a_blank_value_deletes_an_attribute(simulator, client, pool):
    _update(client, pool, "ada", email="")
    user = simulator.user(pool, "ada")
    assert "email" not in user.attributes
    assert "email_verified" not in user.attributes


@pytest.mark.parametrize(("permanent", "status"), [(True, "CONFIRMED"), (False, "FORCE_CHANGE_PASSWORD")])
def test_a_set_password_sends_no_message(simulator, client, permanent, status):
    pool = simulator.create_pool([SeedUser("ben", modified_at=OLD, status="RESET_REQUIRED")])
    client.admin_set_user_password(
        UserPoolId=pool, Username="ben", Password="Brand-new-1", Permanent=permanent
    )
    user = simulator.user(pool, "ben")
    assert (user.status, user.password) == (status, "Brand-new-1")
    assert user.modified_at > OLD
    assert len(simulator.outbox) == 0


@pytest.mark.parametrize(
    ("password", "code", "words"),
    [
        ("Sh0rt-", "InvalidPasswordException", "Password not long enough"),
        ("nouppercase-1", "InvalidPasswordException", "Password must have uppercase characters"),
        ("NoSymbol1234", "InvalidPasswordException", "Password must have symbol characters"),
        ("With space-1", "InvalidParameterException", "failed to satisfy constraint"),
    ],
)
def test_a_password_against_the_policy_is_refused_in_words(client, pool, refusal, password, code, words):
    found_code, message = refusal(
        client.admin_set_user_password, UserPoolId=pool, Username="ada", Password=password, Permanent=True
    )
    assert found_code == code
    assert words in message


@pytest.mark.parametrize("operation", ["admin_user_global_sign_out", "admin_disable_user"])
def test_signing_out_or_disabling_revokes_tokens_got_with_an_alias(simulator, connect, refusal, operation):
    client = connect(simulator)
    pool = simulator.create_pool(
        [SeedUser("ben", email="ben@example.com", email_verified=True, password="Passw0rd-x")],
        alias_attributes=["email"],
    )
    made = client.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    app = made["UserPoolClient"]["ClientId"]
    signed_in = client.initiate_auth(
        ClientId=app,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ben@example.com", "PASSWORD": "Passw0rd-x"},
    )["AuthenticationResult"]
    client.get_user(AccessToken=signed_in["AccessToken"])
    getattr(client, operation)(UserPoolId=pool, Username="ben")
    assert refusal(client.get_user, AccessToken=signed_in["AccessToken"])[0] == "NotAuthorizedException"
    refused = refusal(
        client.initiate_auth,
        ClientId=app,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": signed_in["RefreshToken"]},
    )
    assert refused == ("NotAuthorizedException", "Refresh Token has been revoked")


def test_disabling_and_enabling_keep_the_status(simulator, client, pool):
    client.admin_disable_user(UserPoolId=pool, Username="ada")
    assert not simulator.user(pool, "ada").enabled
    client.admin_enable_user(UserPoolId=pool, Username="ada")
    assert simulator.user(pool, "ada").enabled
    assert simulator.user(pool, "ada").status == "CONFIRMED"


def test_an_invitation_can_be_resent_only_while_the_password_is_temporary(simulator, client, pool, refusal):
    created = client.admin_create_user(
        UserPoolId=pool,
        Username="new",
        UserAttributes=[{"Name": "email", "Value": "new@example.com"}],
        DesiredDeliveryMediums=["EMAIL"],
    )
    client.admin_create_user(
        UserPoolId=pool, Username="new", MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
    )
    first, second = simulator.outbox.to("new")
    assert first.medium is Medium.EMAIL
    assert first.kind == second.kind == "CustomMessage_AdminCreateUser"
    assert simulator.user(pool, "new").password == second.code
    assert simulator.user(pool, "new").created_at == created["User"]["UserCreateDate"].timestamp()
    refused = refusal(client.admin_create_user, UserPoolId=pool, Username="ada", MessageAction="RESEND")
    assert refused == (
        "UnsupportedUserStateException",
        "Resend not possible. ada status is not FORCE_CHANGE_PASSWORD",
    )


def test_users_that_sign_up_or_leave_through_moto_are_known_at_once(simulator, client, pool, app_client):
    client.sign_up(
        ClientId=app_client,
        Username="eve",
        Password="Passw0rd-x",
        UserAttributes=[{"Name": "email", "Value": "eve@example.com"}],
    )
    found = client.list_users(UserPoolId=pool, Filter='email = "eve@example.com"')["Users"]
    assert [user["UserStatus"] for user in found] == ["UNCONFIRMED"]
    client.admin_confirm_sign_up(UserPoolId=pool, Username="eve")
    found = client.list_users(UserPoolId=pool, Filter='username = "eve"')["Users"]
    assert [user["UserStatus"] for user in found] == ["CONFIRMED"]
    client.admin_delete_user(UserPoolId=pool, Username="eve")
    assert client.list_users(UserPoolId=pool, Filter='username = "eve"')["Users"] == []


def test_password_changes_by_the_user_move_the_modification_date(simulator, client, pool, app_client):
    simulator.add_users(pool, [SeedUser("new", status="FORCE_CHANGE_PASSWORD", password="Temp-pass-1")])
    simulator.set_user(pool, "new", modified_at=OLD)
    challenge = client.initiate_auth(
        ClientId=app_client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "new", "PASSWORD": "Temp-pass-1"},
    )
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    answer = client.respond_to_auth_challenge(
        ClientId=app_client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "new", "NEW_PASSWORD": "Brand-new-1"},
    )
    assert simulator.user(pool, "new").status == "CONFIRMED"
    assert simulator.user(pool, "new").modified_at > OLD
    simulator.set_user(pool, "new", modified_at=OLD)
    client.change_password(
        AccessToken=answer["AuthenticationResult"]["AccessToken"],
        PreviousPassword="Brand-new-1",
        ProposedPassword="Brand-new-2",
    )
    assert simulator.user(pool, "new").modified_at > OLD
    assert simulator.user(pool, "new").password == "Brand-new-2"


def test_the_preferred_mfa_is_shown_only_by_admin_get_user(simulator, client):
    pool = simulator.create_pool([SeedUser("ben", preferred_mfa="EMAIL_OTP"), SeedUser("ada")])
    ben = client.admin_get_user(UserPoolId=pool, Username="ben")
    assert (ben["PreferredMfaSetting"], ben["UserMFASettingList"]) == ("EMAIL_OTP", ["EMAIL_OTP"])
    assert "PreferredMfaSetting" not in client.admin_get_user(UserPoolId=pool, Username="ada")
    listed = client.list_users(UserPoolId=pool)["Users"]
    assert all("PreferredMfaSetting" not in user for user in listed)


def test_the_estimated_number_of_users_can_be_off(simulator, client, pool):
    rough = simulator.create_pool([], pool_id="us-east-1_Rough", estimated_users=12_345)
    described = [client.describe_user_pool(UserPoolId=one)["UserPool"] for one in (pool, rough)]
    assert [one["EstimatedNumberOfUsers"] for one in described] == [1, 12_345]
    assert described[0]["Arn"].endswith(f"userpool/{pool}")
