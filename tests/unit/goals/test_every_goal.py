"""What holds for every goal, over the whole product of what a user may be and a job may ask for."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import pytest
from factories import pool, signature

from bulkreset.actions.registry import actions
from bulkreset.errors import BulkresetError
from bulkreset.goals.base import Case, Decision, DecisionKind, Goal, Match, Policy, Signature
from bulkreset.goals.registry import goals, policy_keys
from bulkreset.pool import PoolFacts
from bulkreset.settings.policy import PolicyKind
from bulkreset.users import Contact, UserStatus

FLAGS = (False, True)
SIGNATURES = [
    *(
        Signature(Match.ONE, *values)
        for values in itertools.product(
            UserStatus, FLAGS, Contact, Contact, FLAGS, FLAGS, ("", "EMAIL_OTP", "SMS_MFA"), FLAGS, FLAGS
        )
    ),
    *(
        signature(match=match, status=UserStatus.UNKNOWN, email=Contact.NONE, protected=protected)
        for match in (Match.NONE, Match.MANY)
        for protected in FLAGS
    ),
]
POOLS = [
    pool(recovery=recovery, alias_attributes=aliases)
    for recovery in (
        (),
        ("verified_email",),
        ("verified_phone_number",),
        ("verified_phone_number", "verified_email"),
    )
    for aliases in ((), ("email", "phone_number"))
]
POOLS_BY_TURNS = list(itertools.islice(itertools.cycle(POOLS), len(SIGNATURES)))


def choices(goal: Goal) -> dict[str, tuple[str, ...]]:
    return {key.name: key.values for key in goal.keys if key.kind is PolicyKind.CHOICE}


def policies(goal: Goal) -> Iterator[tuple[str, Policy]]:
    """The defaults, each other value by itself, and every value at once that does the most."""
    defaults: dict[str, object] = {key.name: key.default for key in goal.keys}
    yield "defaults", defaults
    boldest = dict(defaults)
    for name, values in choices(goal).items():
        for value in values:
            if value != defaults[name]:
                yield f"{name}: {value}", defaults | {name: value}
                if value not in ("none", "skip"):
                    boldest[name] = value
    yield "boldest", boldest
    if "unverified" in boldest:
        yield "boldest by e-mail", boldest | {"unverified": "verify-email"}


EVERY_POLICY = [
    pytest.param(goal, policy, id=f"{goal.name}, {name}")
    for goal in goals().values()
    for name, policy in policies(goal)
]


def decided(goal: Goal, policy: Policy) -> Iterator[tuple[Signature, PoolFacts, Decision]]:
    for user, facts in itertools.product(SIGNATURES, POOLS):
        yield user, facts, goal.decide(Case(user, policy, facts))


def recovery_contacts(user: Signature, facts: PoolFacts) -> set[str]:
    """The verified contacts that Cognito would send a recovery code to."""
    by_name = {"verified_email": ("email", user.email), "verified_phone_number": ("phone", user.phone)}
    wanted = facts.recovery or tuple(by_name)
    return {by_name[name][0] for name in wanted if by_name[name][1] is Contact.VERIFIED}


@pytest.mark.parametrize(("goal", "policy"), EVERY_POLICY)
def test_every_case_is_decided_and_nobody_is_harmed(goal, policy):
    for user, facts, decision in decided(goal, policy):
        assert_sound(decision)
        assert_only_named_and_unprotected_users(user, decision)
        if not decision.steps:
            continue  # all that follows is about steps
        assert_credential_change_then_sign_out(decision)
        assert_reset_reaches_the_user(user, facts, decision)
        assert_no_alias_is_taken(user, facts, decision)
        assert_passwords_are_set_only_where_they_do_no_harm(user, facts, decision)


def assert_sound(decision: Decision) -> None:
    assert bool(decision.steps) == (decision.kind is DecisionKind.DO)
    assert decision.reason
    assert set(decision.steps) <= actions().keys()
    assert len(set(decision.steps)) == len(decision.steps)


def assert_only_named_and_unprotected_users(user: Signature, decision: Decision) -> None:
    if user.match is not Match.ONE or user.protected:
        assert decision.kind is DecisionKind.BLOCK
    if user.status in (UserStatus.ARCHIVED, UserStatus.COMPROMISED, UserStatus.UNKNOWN):
        assert decision.kind is DecisionKind.BLOCK


def assert_credential_change_then_sign_out(decision: Decision) -> None:
    """A token that was got between the two would outlive the reset in any other order."""
    if "sign-out" in decision.steps:
        assert decision.steps[-1] == "sign-out"
    if "enable-user" in decision.steps:
        assert decision.steps[0] == "enable-user"


def assert_reset_reaches_the_user(user: Signature, facts: PoolFacts, decision: Decision) -> None:
    if "reset-password" in decision.steps:
        assert_a_code_reaches_the_user("reset-password", user, facts, decision)


def assert_a_code_reaches_the_user(step: str, user: Signature, facts: PoolFacts, decision: Decision) -> None:
    if step == "reset-password":
        assert user.status in (UserStatus.CONFIRMED, UserStatus.RESET_REQUIRED)
    assert user.enabled or "enable-user" in decision.steps
    before = decision.steps[: decision.steps.index(step)]
    reached = recovery_contacts(user, facts)
    if "verify-email" in before and user.email is not Contact.NONE and facts.recovers_by_email:
        reached.add("email")
    if "verify-phone" in before and user.phone is not Contact.NONE and facts.recovers_by_phone:
        reached.add("phone")
    assert reached, f"{user} would be locked out by {decision}"
    if not any(step.startswith("verify-") for step in before):
        assert reached - {{"EMAIL_OTP": "email", "SMS_MFA": "phone"}.get(user.preferred_mfa)}


def assert_passwords_are_set_only_where_they_do_no_harm(
    user: Signature, facts: PoolFacts, decision: Decision
) -> None:
    """Never for a sign-up that it would confirm, nor for a user whose password is elsewhere."""
    setting = [step for step in decision.steps if actions()[step].password is not None]
    if setting or "resend-invitation" in decision.steps:
        assert user.status not in (UserStatus.UNCONFIRMED, UserStatus.EXTERNAL_PROVIDER)
        assert user.enabled or "enable-user" in decision.steps
    if "scramble-password" in setting:
        assert_a_code_reaches_the_user("scramble-password", user, facts, decision)
    if "resend-invitation" in decision.steps:
        assert user.status is UserStatus.FORCE_CHANGE_PASSWORD
        assert (user.email, user.phone) != (Contact.NONE, Contact.NONE)
    assert len(setting) <= 1


def assert_no_alias_is_taken(user: Signature, facts: PoolFacts, decision: Decision) -> None:
    if "verify-email" in decision.steps:
        assert user.email is Contact.UNVERIFIED
        assert not (user.email_shared and "email" in facts.alias_attributes)
    if "verify-phone" in decision.steps:
        assert user.phone is Contact.UNVERIFIED
        assert not (user.phone_shared and "phone_number" in facts.alias_attributes)


@pytest.mark.parametrize("goal", goals().values(), ids=lambda goal: goal.name)
def test_every_value_of_every_policy_key_changes_some_decision(goal):
    """A value that changes nothing is a promise that nobody keeps."""
    defaults = {key.name: key.default for key in goal.keys}
    for name, values in choices(goal).items():
        bold = defaults | {"unverified": "verify-email", "contact": "both", "disabled": values[-1]}
        for first, second in itertools.combinations(values, 2):
            assert any(
                {goal.decide(Case(user, base | {name: first}, facts))}
                != {goal.decide(Case(user, base | {name: second}, facts))}
                for base in (defaults, {key: bold[key] for key in defaults})
                for user, facts in zip(SIGNATURES, POOLS_BY_TURNS, strict=True)
            ), f"{goal.name}: {name}: {first} and {second} are the same"


@pytest.mark.parametrize("goal", goals().values(), ids=lambda goal: goal.name)
def test_the_defaults_are_among_the_values(goal):
    for key in goal.keys:
        if key.kind is PolicyKind.CHOICE:
            assert key.default in key.values


@pytest.mark.parametrize("goal", goals().values(), ids=lambda goal: goal.name)
def test_every_rule_is_about_keys_and_values_that_a_job_can_give(goal):
    known = choices(goal)
    for rule in goal.rules:
        if rule.policy:
            assert set(rule.then) <= set(known[rule.policy])


@pytest.mark.parametrize("goal", goals().values(), ids=lambda goal: goal.name)
def test_every_goal_knows_the_protected_users(goal):
    assert "protected" in {key.name for key in policy_keys()[goal.name]}


@pytest.mark.parametrize("goal", goals().values(), ids=lambda goal: goal.name)
def test_a_table_without_an_answer_is_a_bug_that_says_so(goal):
    table = dataclasses.replace(goal, rules=goal.rules[:-1])
    policy = {key.name: key.default for key in goal.keys}
    user = signature(
        email=Contact.UNVERIFIED if goal.name == "verify-contact" else Contact.VERIFIED,
        enabled=goal.name != "enable",
    )

    with pytest.raises(BulkresetError, match=f"goal {goal.name} decides nothing"):
        table.decide(Case(user, policy, pool()))
