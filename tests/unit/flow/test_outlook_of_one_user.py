"""What `user show` says each goal would do is what the planner of a batch decides."""

from __future__ import annotations

import itertools

import pytest
from factories import directives, manifest_rows, pool, user

from bulkreset.flow.user.outlook import subject
from bulkreset.goals.registry import goals
from bulkreset.planning.directives import Directives
from bulkreset.planning.planner import plan_rows
from bulkreset.planning.snapshot import Snapshot, users_frame
from bulkreset.settings.environment import Environment
from bulkreset.settings.people import People
from bulkreset.users import UserStatus

POOLS = {
    "by e-mail, then phone": {},
    "by phone alone": {"recovery": ("verified_phone_number",)},
    "without a recovery setting": {"recovery": ()},
    "with aliases": {"alias_attributes": ("email", "phone_number")},
}
PROTECTED = ("USER-7", "shared@example.com.example")


class Listing:
    """A pool's users as ListUsers finds them."""

    def __init__(self, users):
        self._users = users

    def look_up(self, attribute, value):
        return [one for one in self._users if getattr(one, attribute) == value]


def everybody():
    contacts = [("", False), ("own", False), ("own", True), ("shared", False), ("shared", True)]
    kinds = itertools.product(UserStatus, (True, False), contacts, contacts, ("", "EMAIL_OTP"))
    for number, (status, enabled, email, phone, mfa) in enumerate(kinds):
        yield user(
            f"user-{number}",
            status=status,
            enabled=enabled,
            email=f"{email[0] if email[0] == 'shared' else number}@example.com" if email[0] else "",
            email_verified=email[1],
            phone_number=f"+1555{0 if phone[0] == 'shared' else number + 1:06}" if phone[0] else "",
            phone_number_verified=phone[1],
            preferred_mfa=mfa,
        )


@pytest.fixture(scope="module")
def users():
    return tuple(everybody())


@pytest.mark.parametrize("changes", POOLS.values(), ids=POOLS.keys())
def test_an_outlook_is_what_the_planner_decides(users, changes, tmp_path):
    facts = pool(**changes)
    environment = Environment(pool_id=facts.pool_id, protected={"users": list(PROTECTED)})
    about = [subject(Listing(users), environment, facts, one) for one in users]
    rows = manifest_rows(*(("username", one.username) for one in users))
    snapshot = Snapshot(facts, users_frame(users), 0.0, whole_pool=True)
    for name in goals():
        wanted = Directives(name, directives(name).job.policy, goals(), People(PROTECTED).users)
        plan = plan_rows(rows, snapshot, wanted, tmp_path)
        planned = list(plan[["decision", "reason", "steps", "medium"]].itertuples(index=False, name=None))
        seen = [one.outlook(name) for one in about]
        told = [
            (one.decision.kind.value, one.decision.reason, " ".join(one.decision.steps), one.medium)
            for one in seen
        ]
        assert told == planned
        assert all(one.why for one in seen)
    assert sum(one.signature.protected for one in about) == 1


def test_a_goal_that_the_pool_refuses_is_told_with_why():
    facts = pool(recovery=("admin_only",))
    about = subject(Listing([]), Environment(pool_id=facts.pool_id), facts, user())
    refused = {name for name in goals() if about.outlook(name).refusal}
    assert refused == {"force-reset", "scramble"}


def test_only_aliases_that_are_not_verified_are_asked_for():
    asked = []

    class Counting(Listing):
        def look_up(self, attribute, value):
            asked.append((attribute, value))
            return super().look_up(attribute, value)

    facts = pool(alias_attributes=("email",))
    one = user(phone_number="+15550100")
    subject(Counting([]), Environment(pool_id=facts.pool_id), facts, one)
    assert asked == []
    subject(Counting([]), Environment(pool_id=facts.pool_id), facts, user(email_verified=False))
    assert asked == [("email", "ada@example.com")]
