"""What every action keeps to, held against botocore's own model of Cognito.

A new action is checked here without being named here.
"""

from __future__ import annotations

import itertools
import re

import pytest
from factories import LONG_AGO, POOL_ID, user
from service_model import MAIL, MODELS, PASSWORD, TARGETS, problems_of, target

from bulkreset.actions.base import SES, Evidence, Target, Verdict
from bulkreset.actions.registry import actions
from bulkreset.cognito.operations import method_name
from bulkreset.rates.quotas import CATEGORY_OF_OPERATION, DOCUMENTED_RATES, EMAIL_SENDS
from bulkreset.users import UserStatus

ACTIONS = sorted(actions().values(), key=lambda action: action.name)

NEVER_BILLED = frozenset({"AdminResetUserPassword", "ListUsers", "ListUsersInGroup"})
ALWAYS_BILLED = frozenset(
    {"AdminGetUser", "AdminSetUserPassword", "AdminUpdateUserAttributes", "AdminUserGlobalSignOut"}
)
"""Developer Guide, "Quotas in Amazon Cognito": what makes a user a monthly active one."""

SENDS_A_MESSAGE = frozenset({"AdminResetUserPassword", "AdminCreateUser", "ForgotPassword", "SendEmail"})

every_action = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)


def test_the_actions_of_the_first_release_are_there():
    assert {
        "verify-email",
        "verify-phone",
        "reset-password",
        "sign-out",
        "enable-user",
        "disable-user",
    } <= actions().keys()


@every_action
def test_an_action_calls_an_operation_that_its_service_has(action):
    names = MODELS[action.service].operation_names
    assert action.operation in names
    assert method_name(action.operation) in {method_name(name) for name in names}


@every_action
@pytest.mark.parametrize("somebody", TARGETS.values(), ids=TARGETS.keys())
def test_a_request_is_valid_for_the_service_model(action, somebody):
    assert problems_of(action, somebody) == []


@every_action
def test_a_request_is_about_the_target_and_nobody_else(action):
    request = action.request(target(POOL_ID, "ada", {}))

    if action.service == SES:
        assert request["Destination"] == {"ToAddresses": [MAIL.recipient]}
        return
    assert request["UserPoolId"] == POOL_ID
    assert request["Username"] == "ada"


@every_action
def test_a_request_does_not_share_state_with_the_next_one(action):
    somebody = TARGETS["a user of a job with metadata"]

    first, second = action.request(somebody), action.request(somebody)

    assert first == second
    assert first is not second
    assert not any(first[key] is somebody.client_metadata for key in first)


@every_action
def test_metadata_goes_only_where_the_operation_takes_it(action):
    request = action.request(target(POOL_ID, "ada", {}))

    assert "ClientMetadata" not in request


@every_action
def test_a_call_is_signed_so_that_iam_decides(action):
    """Public operations answer anybody, and act as the user rather than the administrator."""
    assert MODELS[action.service].operation_model(action.operation).auth_type != "none"
    assert action.operation.startswith("Admin") or action.service == SES


@every_action
def test_the_category_is_one_with_a_rate(action):
    assert action.category in ({EMAIL_SENDS} if action.service == SES else DOCUMENTED_RATES)


@every_action
def test_the_category_is_that_of_the_operation(action):
    assert CATEGORY_OF_OPERATION.get(action.operation, action.category) == action.category


@every_action
def test_what_sends_a_message_is_never_safe_to_repeat(action):
    assert not (action.sends_message and action.repeat_safe)


@every_action
def test_what_is_said_about_messages_is_what_the_operation_does(action):
    assert action.sends_message == (action.operation in SENDS_A_MESSAGE)


@every_action
def test_what_is_said_about_the_bill_is_what_aws_says(action):
    if action.operation in NEVER_BILLED:
        assert not action.bills_user
    if action.operation in ALWAYS_BILLED:
        assert action.bills_user


@every_action
def test_a_lost_answer_is_always_judged(action):
    if action.confirmed_by is None:
        assert action.repeat_safe
        return
    for before, now, changed_after in itertools.product(UserStatus, UserStatus, [-3600.0, 0.0, 1.0, 3600.0]):
        state = user(status=now, modified_at=LONG_AGO + changed_after)
        assert isinstance(action.confirmed_by(Evidence(before, LONG_AGO, state)), Verdict)


@every_action
def test_an_action_has_a_name_and_a_summary_for_people(action):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", action.name), "steps are separated by spaces in the run file"
    assert action.summary
    assert not action.summary.endswith(".")


def test_names_are_unique():
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)


def test_the_check_itself_finds_a_request_that_cognito_would_refuse():
    """botocore accepts both of these; Cognito does not."""
    spaced, long = Target(POOL_ID, "ada lovelace", {}), Target(POOL_ID, "a" * 129, {})

    assert problems_of(actions()["sign-out"], spaced)
    assert problems_of(actions()["sign-out"], long)


@every_action
def test_an_action_tells_whoever_reads_a_plan_what_the_user_will_see(action):
    """And what nobody can take back, if there is such a thing."""
    assert action.user_sees.endswith(".")
    assert action.lasting == "" or action.lasting.endswith(".")


@every_action
def test_what_sets_a_password_says_what_becomes_of_it(action):
    request = action.request(target(POOL_ID, "ada", {}))

    assert (PASSWORD.reveal() in request.values()) == (action.password is not None)
