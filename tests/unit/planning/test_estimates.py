"""What a plan costs in calls, messages, billed users and time."""

from __future__ import annotations

from bulkreset.account import Medium
from bulkreset.planning.summary import Group, estimate
from bulkreset.rates.quotas import DOCUMENTED_RATES

RATES = DOCUMENTED_RATES.__getitem__


def group(rows: int, *steps: str, decision: str = "do", medium: str = "") -> Group:
    return Group(decision, "ready", steps, rows, (), medium)


def calls(*groups: Group) -> dict[str, int]:
    return {time.category: time.calls for time in estimate(groups, RATES).categories}


def test_nothing_to_do_costs_nothing():
    amount = estimate([group(7, decision="skip"), group(3, decision="block")], RATES)

    assert (amount.users, amount.messages, amount.billed_users) == (0, 0, 0)
    assert amount.categories == ()
    assert amount.seconds == 0


def test_every_call_counts_in_its_category_and_each_user_is_looked_up_once():
    assert calls(group(300, "verify-email", "reset-password", "sign-out")) == {
        "UserUpdate": 600,
        "UserAccountRecovery": 300,
        "UserList": 300,
    }


def test_groups_add_up():
    assert calls(
        group(10, "sign-out"), group(5, "reset-password", "sign-out"), group(9, decision="skip")
    ) == {
        "UserUpdate": 15,
        "UserAccountRecovery": 5,
        "UserList": 15,
    }


def test_the_slowest_category_is_the_time_because_they_run_side_by_side():
    amount = estimate([group(300, "verify-email", "reset-password", "sign-out")], RATES)

    assert amount.categories[0].category == "UserUpdate"
    assert amount.seconds == 24


def test_the_time_is_rounded_up():
    assert estimate([group(1, "reset-password")], RATES).seconds == 1
    assert estimate([group(61, "reset-password")], RATES).seconds == 3


def test_a_share_of_the_quota_takes_longer():
    assert estimate([group(300, "reset-password")], lambda name: RATES(name) / 2).seconds == 20


def test_each_reset_is_a_message():
    amount = estimate([group(40, "reset-password", "sign-out"), group(2, "sign-out")], RATES)

    assert amount.messages == 40
    assert amount.users == 42


def test_messages_are_counted_by_medium():
    amount = estimate(
        [
            group(40, "reset-password", "sign-out", medium="email"),
            group(5, "verify-email", "reset-password", medium="email"),
            group(7, "reset-password", medium="sms"),
            group(2, "sign-out"),
            group(9, decision="skip"),
        ],
        RATES,
    )

    assert amount.messages_by_medium == {Medium.EMAIL: 45, Medium.SMS: 7}
    assert amount.messages == 52


def test_messages_of_which_it_is_not_known_how_they_go_are_counted_all_the_same():
    groups = [group(40, "reset-password")]

    assert estimate(groups, RATES).messages == 40
    assert estimate(groups, RATES).messages_by_medium == {}


def test_a_user_is_billed_once_whatever_is_done_and_a_bare_reset_bills_nobody():
    assert estimate([group(10, "reset-password")], RATES).billed_users == 0
    assert estimate([group(10, "verify-email", "reset-password", "sign-out")], RATES).billed_users == 10
    assert estimate([group(10, "reset-password"), group(5, "sign-out")], RATES).billed_users == 5
