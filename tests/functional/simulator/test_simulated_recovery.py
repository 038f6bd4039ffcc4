"""Password resets: whom Cognito sends a code, by which way, and whom it refuses."""

from __future__ import annotations

import pytest

from bulkreset.clock import VirtualClock
from bulkreset.simulator import Medium, SeedUser

EMAIL = {"email": "zoe@example.com", "email_verified": True}
PHONE = {"phone_number": "+15550000001", "phone_number_verified": True}
UNVERIFIED_EMAIL = {"email": "zoe@example.com"}
NO_CONTACT = (
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
)
WRONG_STATE = ("NotAuthorizedException", "User password cannot be reset in the current state.")


def test_a_reset_requires_a_new_password_and_sends_one_code(simulator, pool, reset):
    before = simulator.set_user(pool, "ada", modified_at=1_600_000_000.0)
    reset(ClientMetadata={"reason": "incident"})
    after = simulator.user(pool, "ada")
    assert after.status == "RESET_REQUIRED"
    assert after.modified_at > before.modified_at
    (message,) = simulator.outbox.messages
    assert (message.username, message.medium, message.destination) == (
        "ada",
        Medium.EMAIL,
        "ada@example.com",
    )
    assert message.kind == "CustomMessage_ForgotPassword"
    assert message.client_metadata == {"reason": "incident"}
    assert message.pool_id == pool


def test_a_second_reset_succeeds_sends_again_and_voids_the_first_code(
    simulator, client, pool, reset, app_client, refusal
):
    reset()
    reset()
    first, second = simulator.outbox.to("ada")
    confirm = {"ClientId": app_client, "Username": "ada", "Password": "Brand-new-1"}
    if first.code != second.code:
        code, _ = refusal(client.confirm_forgot_password, **confirm, ConfirmationCode=first.code)
        assert code == "CodeMismatchException"
    client.confirm_forgot_password(**confirm, ConfirmationCode=second.code)
    assert simulator.user(pool, "ada").status == "CONFIRMED"


def test_the_mailed_code_lets_the_user_choose_a_password_and_sign_in(
    simulator, client, pool, reset, app_client, sign_in, refusal
):
    reset()
    assert refusal(sign_in, "ada", "anything")[0] == "PasswordResetRequiredException"
    client.confirm_forgot_password(
        ClientId=app_client,
        Username="ada",
        ConfirmationCode=simulator.outbox.messages[0].code,
        Password="Brand-new-1",
    )
    assert "AuthenticationResult" in sign_in("ada", "Brand-new-1")


def test_a_code_is_good_for_one_hour(start, connect, refusal):
    clock = VirtualClock()
    simulator = start(clock=clock)
    client = connect(simulator)
    pool = simulator.create_pool([SeedUser("zoe", **EMAIL)])
    made = client.create_user_pool_client(UserPoolId=pool, ClientName="app")
    client.admin_reset_user_password(UserPoolId=pool, Username="zoe")
    clock.sleep(3601)
    code, _ = refusal(
        client.confirm_forgot_password,
        ClientId=made["UserPoolClient"]["ClientId"],
        Username="zoe",
        ConfirmationCode=simulator.outbox.messages[0].code,
        Password="Brand-new-1",
    )
    assert code == "ExpiredCodeException"


@pytest.mark.parametrize(
    ("recovery", "contacts", "medium"),
    [
        ((), EMAIL | PHONE, Medium.SMS),
        ((), EMAIL, Medium.EMAIL),
        (("verified_email", "verified_phone_number"), EMAIL | PHONE, Medium.EMAIL),
        (("verified_phone_number", "verified_email"), EMAIL | PHONE, Medium.SMS),
        (("verified_email", "verified_phone_number"), UNVERIFIED_EMAIL | PHONE, Medium.SMS),
        ((), EMAIL | PHONE | {"preferred_mfa": "SMS_MFA"}, Medium.EMAIL),
        (("verified_email", "verified_phone_number"), EMAIL | {"preferred_mfa": "SMS_MFA"}, Medium.EMAIL),
    ],
)
def test_the_code_goes_by_the_first_way_of_the_recovery_setting_that_is_verified(
    simulator, client, recovery, contacts, medium
):
    pool = simulator.create_pool([SeedUser("zoe", **contacts)], recovery=recovery)
    client.admin_reset_user_password(UserPoolId=pool, Username="zoe")
    assert [message.medium for message in simulator.outbox.messages] == [medium]


@pytest.mark.parametrize(
    ("recovery", "user", "expected"),
    [
        ((), UNVERIFIED_EMAIL, NO_CONTACT),
        ((), {}, NO_CONTACT),
        (("verified_email",), PHONE, NO_CONTACT),
        (("verified_phone_number",), EMAIL, NO_CONTACT),
        ((), EMAIL | {"preferred_mfa": "EMAIL_OTP"}, NO_CONTACT),
        ((), PHONE | {"preferred_mfa": "SMS_MFA"}, NO_CONTACT),
        ((), EMAIL | {"enabled": False}, ("NotAuthorizedException", "User is disabled")),
        ((), EMAIL | {"status": "FORCE_CHANGE_PASSWORD"}, WRONG_STATE),
        ((), EMAIL | {"status": "UNCONFIRMED"}, WRONG_STATE),
        ((), EMAIL | {"status": "EXTERNAL_PROVIDER"}, WRONG_STATE),
        (
            ("admin_only",),
            EMAIL,
            (
                "InvalidParameterException",
                "Cannot reset password for the user as self-service account recovery is not configured",
            ),
        ),
    ],
)
def test_a_refused_reset_changes_nothing_and_sends_nothing(
    simulator, client, refusal, recovery, user, expected
):
    pool = simulator.create_pool([SeedUser("zoe", **user)], recovery=recovery)
    before = simulator.user(pool, "zoe")
    assert refusal(client.admin_reset_user_password, UserPoolId=pool, Username="zoe") == expected
    assert simulator.user(pool, "zoe") == before
    assert len(simulator.outbox) == 0
    assert simulator.counters.effects("AdminResetUserPassword") == 0


def test_an_unknown_user_and_an_unknown_pool_are_told_apart(client, pool, reset, refusal):
    assert refusal(reset, "nobody") == ("UserNotFoundException", "User does not exist.")
    assert refusal(client.admin_reset_user_password, UserPoolId="us-east-1_None", Username="ada") == (
        "ResourceNotFoundException",
        "User pool us-east-1_None does not exist.",
    )


def test_a_user_who_forgot_gets_a_code_and_keeps_the_status(simulator, client, pool, app_client):
    answer = client.forgot_password(ClientId=app_client, Username="ada")
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert simulator.user(pool, "ada").status == "CONFIRMED"
    assert len(simulator.outbox.to("ada")) == 1


def test_a_client_that_hides_existence_pretends_to_send(simulator, client, pool):
    made = client.create_user_pool_client(
        UserPoolId=pool, ClientName="app", PreventUserExistenceErrors="ENABLED"
    )
    client.forgot_password(ClientId=made["UserPoolClient"]["ClientId"], Username="nobody")
    assert len(simulator.outbox) == 0


def test_a_client_with_a_secret_has_to_prove_it(client, pool, refusal):
    made = client.create_user_pool_client(UserPoolId=pool, ClientName="app", GenerateSecret=True)
    client_id = made["UserPoolClient"]["ClientId"]
    code, message = refusal(client.forgot_password, ClientId=client_id, Username="ada")
    assert code == "NotAuthorizedException"
    assert message.endswith("is configured with secret but SECRET_HASH was not received")


def test_the_daily_email_limit_counts_only_the_default_sender_and_only_email(start, connect, refusal):
    simulator = start(daily_email_limit=2)
    client = connect(simulator)
    users = [SeedUser(f"mail{n}", email=f"m{n}@example.com", email_verified=True) for n in range(3)]
    own = simulator.create_pool([*users, SeedUser("zoe", **PHONE)], pool_id="us-east-1_Own")
    ses = simulator.create_pool(users, pool_id="us-east-1_Ses", email_sender="DEVELOPER")
    for pool_id, username in [(own, "zoe"), (own, "mail0"), (own, "mail1"), (ses, "mail2")]:
        client.admin_reset_user_password(UserPoolId=pool_id, Username=username)
    code, message = refusal(client.admin_reset_user_password, UserPoolId=own, Username="mail2")
    assert code == "LimitExceededException"
    assert message.startswith("Exceeded daily email limit for the operation or the account.")
    assert simulator.user(own, "mail2").status == "CONFIRMED"


def test_the_day_of_the_email_limit_begins_at_nine_utc(start, connect, refusal):
    clock = VirtualClock(start=1_700_000_000.0)
    simulator = start(daily_email_limit=1, clock=clock)
    client = connect(simulator)
    pool = simulator.create_pool([SeedUser("zoe", **EMAIL)])
    client.admin_reset_user_password(UserPoolId=pool, Username="zoe")
    assert refusal(client.admin_reset_user_password, UserPoolId=pool, Username="zoe")[0] == (
        "LimitExceededException"
    )
    clock.sleep(11 * 3600)
    client.admin_reset_user_password(UserPoolId=pool, Username="zoe")
