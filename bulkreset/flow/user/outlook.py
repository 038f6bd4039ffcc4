"""What the goals would do with one user: their decision tables, asked without a plan and without tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bulkreset.cognito.directory import Directory
from bulkreset.flow.protection import members_of
from bulkreset.flow.user.wish import whole_policy
from bulkreset.goals.base import Case, Decision, Match, Signature
from bulkreset.goals.registry import goals
from bulkreset.planning.media import medium_of
from bulkreset.planning.protection import privileged_people
from bulkreset.planning.reasons import meanings
from bulkreset.pool import PoolFacts
from bulkreset.settings.environment import Environment
from bulkreset.users import UserState

CONTACTS = ("email", "phone_number")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one goal would do with a user, by its default policy.

    `why` is for people. `refusal` says why the goal is not possible in the pool at all, "" where it is.
    """

    goal: str
    decision: Decision
    why: str
    medium: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A user as decisions see it, in its pool."""

    user: UserState
    signature: Signature
    pool: PoolFacts

    def decision(self, goal: str, given: Mapping[str, str]) -> Decision:
        """What the goal's table says, with this policy and defaults for the rest of it."""
        return goals()[goal].decide(Case(self.signature, whole_policy(goal, given), self.pool))

    def is_refused(self, goal: str, given: Mapping[str, str]) -> str:
        """Why the goal is not possible in the pool at all; "" where it is."""
        return goals()[goal].refusal(self.pool, whole_policy(goal, given)) or ""

    def outlook(self, goal: str) -> Outlook:
        decision = self.decision(goal, {})
        told = meanings(goals()[goal]).get(decision.reason, "")
        seen = self.signature
        medium = medium_of(decision.steps, seen.email, seen.phone, seen.preferred_mfa, self.pool)
        return Outlook(goal, decision, told, medium, self.is_refused(goal, {}))


def subject(directory: Directory, environment: Environment, pool: PoolFacts, user: UserState) -> Subject:
    """The user with what its decisions rest on. Takes a ListUsers for each unverified alias that it has.

    Raises Refused where a protected group cannot be read.
    """
    shared = {name: _is_shared(directory, pool, user, name) for name in CONTACTS}
    people = privileged_people(environment)
    protected = members_of(directory, people).union(people.users)
    return Subject(user, signature_of(user, shared, is_named=_is_named(user, protected)), pool)


def signature_of(user: UserState, shared: Mapping[str, bool], *, is_named: bool) -> Signature:
    """`shared`: whose contacts another user holds too. `is_named`: the user is protected."""
    return Signature(
        match=Match.ONE,
        status=user.status,
        enabled=user.enabled,
        email=user.email_contact,
        phone=user.phone_contact,
        email_shared=shared.get("email", False),
        phone_shared=shared.get("phone_number", False),
        preferred_mfa=user.preferred_mfa,
        protected=is_named,
        changed_since=False,
    )


def _is_shared(directory: Directory, pool: PoolFacts, user: UserState, attribute: str) -> bool:
    """Whether another user holds the contact; asked only where marking it verified could take an alias."""
    value = getattr(user, attribute)
    if not value or getattr(user, f"{attribute}_verified") or attribute not in pool.alias_attributes:
        return False
    return any(other.username != user.username for other in directory.look_up(attribute, value))


def _is_named(user: UserState, names: Collection[str]) -> bool:
    """Whether one of the names is the user's; the case of letters does not matter."""
    wanted = {name.strip().lower() for name in names}
    held = {user.username, user.sub, user.email, user.phone_number}
    return bool(wanted & {name.lower() for name in held if name})
