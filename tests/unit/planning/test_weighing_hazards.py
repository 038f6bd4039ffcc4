"""Which hazards keep a plan from being made, and which are told of it."""

from __future__ import annotations

from bulkreset.planning.consents import weigh

OVER = ("the plan changes 12 users and caps.max_users is 5",)


def test_a_plan_without_hazards_is_neither_refused_nor_told_of():
    hazards = weigh((), 0, 0, ("over-cap", "verify-unverified-contacts"), required=True)

    assert hazards.refusals == hazards.told == ()


def test_a_plan_over_a_cap_is_refused_and_the_refusal_names_the_consent():
    (refusal,) = weigh(OVER, 0, 0, (), required=False).refusals

    assert refusal.startswith(OVER[0])
    assert "`consent: [over-cap]`" in refusal


def test_consent_lets_a_plan_over_a_cap_pass_and_it_is_told_by_how_much():
    hazards = weigh(OVER, 0, 0, ("over-cap",), required=True)

    assert hazards.refusals == ()
    assert hazards.told == (f"OVER THE CAP, by consent `over-cap`: {OVER[0]}",)


def test_consent_to_one_hazard_is_none_to_the_other():
    assert weigh(OVER, 0, 0, ("verify-unverified-contacts",), required=True).refusals
    assert weigh((), 3, 0, ("over-cap",), required=True).refusals


def test_unproved_contacts_are_told_and_refused_only_where_consent_is_required():
    assert weigh((), 3, 0, (), required=False).refusals == ()
    assert "of 3 users" in weigh((), 3, 0, (), required=False).told[0]
    assert "of 3 users" in weigh((), 3, 0, (), required=True).refusals[0]
    assert "by consent" in weigh((), 3, 0, ("verify-unverified-contacts",), required=True).told[0]


def test_privileged_users_are_told_and_were_let_through_by_consent_alone():
    hazards = weigh((), 0, 2, ("privileged-users",), required=True)
    assert hazards.refusals == ()
    assert "changes 2 users whom the environment protects" in hazards.told[0]
