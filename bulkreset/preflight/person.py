"""Why one user got no code: the user as it was read, and what is asked about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import bulkreset.preflight.person_checks
from bulkreset.account import Medium
from bulkreset.goals.recovery import MFA_CHANNELS
from bulkreset.planning.media import MEDIUM_OF_ATTRIBUTE, medium_of
from bulkreset.plugins import declared
from bulkreset.pool import PoolFacts
from bulkreset.preflight.base import Finding, Found, Severity
from bulkreset.preflight.facts import Facts, Suppression, Unread
from bulkreset.preflight.findings import by_severity, problems
from bulkreset.preflight.registry import checks
from bulkreset.preflight.terms import RESET, JobTerms
from bulkreset.users import Contact, UserState

ATTRIBUTE_OF_MEDIUM = {medium: attribute for attribute, medium in MEDIUM_OF_ATTRIBUTE.items()}


@dataclass(frozen=True, slots=True)
class Person:
    """`found` are the users that `name` may mean. `mfa_read`: they were read in full.

    `now` is AWS's time in epoch seconds. `suppression` is SES's, of the user's address.
    """

    name: str
    found: tuple[UserState, ...]
    now: float
    mfa_read: bool = False
    suppression: Suppression | None = None
    unread: tuple[Unread, ...] = ()

    @property
    def user(self) -> UserState | None:
        """The user, where exactly one is meant."""
        return self.found[0] if len(self.found) == 1 else None


@dataclass(frozen=True, slots=True)
class PersonCheck:
    """Looks at one cause of a code that did not come. `looks_at` and `source` are for people."""

    name: str
    looks_at: str
    source: str
    examine: Callable[[Person, Facts], Found]


@cache
def person_checks() -> tuple[PersonCheck, ...]:
    return declared(bulkreset.preflight.person_checks, "CHECK", PersonCheck)


def chosen_medium(user: UserState, pool: PoolFacts) -> Medium | None:
    """The medium by which Cognito sends this user a recovery code; None where it has no way."""
    if pool.admin_only:
        return None
    told = medium_of((RESET,), user.email_contact, user.phone_contact, user.preferred_mfa, pool)
    medium = Medium(told)
    attribute = ATTRIBUTE_OF_MEDIUM[medium]
    contact = user.email_contact if medium is Medium.EMAIL else user.phone_contact
    is_used_up = MFA_CHANNELS.get(user.preferred_mfa) == attribute
    return medium if contact is Contact.VERIFIED and not is_used_up else None


def find_person(person: Person, facts: Facts, terms: JobTerms) -> tuple[Finding, ...]:
    """What may have kept a code from a user, the most severe first."""
    medium = chosen_medium(person.user, facts.pool) if person.user and facts.pool else None
    of_one = JobTerms(terms.goal, terms.policy, frozenset({RESET}), {medium: 1} if medium else {})
    found = [Finding(check.name, *told) for check in person_checks() for told in check.examine(person, facts)]
    found += [finding for check in checks() if check.of_delivery for finding in check.findings(facts, of_one)]
    if not problems(found):
        found.append(LEFT)
    return by_severity(found)


LEFT = Finding(
    "elsewhere",
    Severity.NOTE,
    "nothing that can be seen from here keeps a code from this user",
    "what is left: a spam folder or the mailbox's provider; a limit of 5 to 20 tries an hour for each user; "
    "Cognito may hold back more messages to one destination within a short time; a code is valid for an hour",
    "have the user look for the message, wait an hour, and ask for one new code; where nothing comes, switch "
    "on the pool's log of userNotification errors (SetLogDeliveryConfiguration)",
)
