"""What an action must declare, and the requests of those that are there."""

from __future__ import annotations

import dataclasses

import pytest
from factories import POOL_ID

from bulkreset.actions.base import Target, Verdict
from bulkreset.actions.registry import actions

TARGET = Target(POOL_ID, "ada", {})


def test_an_action_that_is_not_safe_to_repeat_must_say_how_a_lost_answer_is_judged():
    with pytest.raises(ValueError, match="sign-out: declare confirmed_by"):
        dataclasses.replace(actions()["sign-out"], repeat_safe=False)


def test_an_action_that_is_safe_to_repeat_is_never_judged():
    with pytest.raises(ValueError, match="sign-out: declare confirmed_by"):
        dataclasses.replace(actions()["sign-out"], confirmed_by=lambda _evidence: Verdict.CANNOT_TELL)


@pytest.mark.parametrize(
    ("name", "attribute"), [("verify-email", "email_verified"), ("verify-phone", "phone_number_verified")]
)
def test_verifying_sets_one_flag_and_no_other_attribute(name, attribute):
    """A contact in the same request would be changed, and a value that is no text is refused."""
    assert actions()[name].request(TARGET)["UserAttributes"] == [{"Name": attribute, "Value": "true"}]


def test_a_reset_carries_the_jobs_metadata_to_the_pools_trigger():
    metadata = {"reset_reason": "incident"}

    request = actions()["reset-password"].request(Target(POOL_ID, "ada", metadata))

    assert request == {"UserPoolId": POOL_ID, "Username": "ada", "ClientMetadata": metadata}


def test_a_reset_without_metadata_sends_none():
    assert actions()["reset-password"].request(TARGET) == {"UserPoolId": POOL_ID, "Username": "ada"}


@pytest.mark.parametrize("name", ["verify-email", "verify-phone", "sign-out", "enable-user"])
def test_metadata_is_kept_from_calls_that_send_no_message(name):
    with_metadata = Target(POOL_ID, "ada", {"reset_reason": "incident"})

    assert actions()[name].request(with_metadata) == actions()[name].request(TARGET)


@pytest.mark.parametrize(
    ("name", "operation", "category"),
    [
        ("reset-password", "AdminResetUserPassword", "UserAccountRecovery"),
        ("verify-email", "AdminUpdateUserAttributes", "UserUpdate"),
        ("verify-phone", "AdminUpdateUserAttributes", "UserUpdate"),
        ("sign-out", "AdminUserGlobalSignOut", "UserUpdate"),
        ("enable-user", "AdminEnableUser", "UserUpdate"),
    ],
)
def test_an_action_calls_its_operation_from_its_quota(name, operation, category):
    assert (actions()[name].operation, actions()[name].category) == (operation, category)


def test_only_the_reset_the_invitation_and_the_mail_send_a_message():
    assert {name for name, action in actions().items() if action.sends_message} == {
        "reset-password",
        "resend-invitation",
        "send-password",
    }
