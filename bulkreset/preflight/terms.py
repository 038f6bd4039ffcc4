"""What a job may do, as far as a check has to know: its goal, the calls, and the messages."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bulkreset.account import Medium
from bulkreset.actions.base import COGNITO
from bulkreset.actions.registry import actions
from bulkreset.goals.base import Case, Goal, Match, Policy, Signature
from bulkreset.goals.common import LIVE_STATUSES
from bulkreset.planning.media import medium_of
from bulkreset.planning.summary import Estimate
from bulkreset.pool import PoolFacts
from bulkreset.settings.consent import GIVEN
from bulkreset.settings.deliver import Deliver
from bulkreset.settings.handout import Handout
from bulkreset.settings.job import Job
from bulkreset.settings.passwords import Passwords
from bulkreset.settings.policy import PolicyValue
from bulkreset.users import Contact

RESET = "reset-password"
SIGN_OUT = "sign-out"


@dataclass(frozen=True, slots=True)
class JobTerms:
    """`actions` are what the plan does or, before there is one, what the goal does to some user.

    `messages` are counted by the plan; before there is one, each medium that may be needed has None.
    `reads_mfa`: the job reads each user in full. `handout`, `passwords` and `deliver` are those of
    the job; `takes_given_passwords`: some were chosen by somebody.
    """

    goal: Goal
    policy: Policy
    actions: frozenset[str] = frozenset()
    messages: Mapping[Medium, int | None] = field(default_factory=dict)
    reads_mfa: bool = False
    handout: Handout | None = None
    passwords: Passwords = field(default_factory=Passwords)
    takes_given_passwords: bool = False
    deliver: Deliver | None = None

    def of_job(self, job: Job) -> JobTerms:
        """The same, with what the job says of passwords."""
        return replace(
            self,
            handout=job.handout,
            passwords=job.passwords,
            takes_given_passwords=GIVEN in job.consent,
            deliver=job.deliver,
        )

    @property
    def resets(self) -> bool:
        return RESET in self.actions

    @property
    def signs_out(self) -> bool:
        return SIGN_OUT in self.actions

    @property
    def is_mailed_by_pool(self) -> bool:
        """Whether mails are the pool's to send, or may be; a job that delivers sends its own."""
        known = actions()
        sent = {known[name].service for name in self.actions if known[name].sends_message}
        return self.sends(Medium.EMAIL) and (self.deliver is None or COGNITO in sent)

    def sends(self, medium: Medium) -> bool:
        """Whether messages go this way, or may go it."""
        return medium in self.messages

    def counts(self, medium: Medium) -> int | None:
        """How many messages go this way; None before anybody counted them."""
        return self.messages.get(medium)


def planned_terms(
    goal: Goal, policy: Mapping[str, PolicyValue], cost: Estimate, *, reads_mfa: bool
) -> JobTerms:
    """The terms of a job whose plan is made."""
    return JobTerms(goal, policy, cost.actions, dict(cost.messages_by_medium), reads_mfa)


def possible_terms(
    goal: Goal, policy: Mapping[str, PolicyValue], pool: PoolFacts | None, *, reads_mfa: bool
) -> JobTerms:
    """The terms of a job before its users are read: whatever its table would do to any user.

    What single rows of a manifest override is not known yet.
    """
    actions: set[str] = set()
    media: dict[Medium, int | None] = {}
    for user in _users() if pool else ():
        steps = goal.decide(Case(user, policy, pool)).steps if pool else ()
        actions.update(steps)
        medium = medium_of(steps, user.email, user.phone, "", pool) if pool else ""
        if medium:
            media[Medium(medium)] = None
    return JobTerms(goal, policy, frozenset(actions), media, reads_mfa)


def _users() -> Iterator[Signature]:
    """Every kind of user that can be told apart without reading it in full."""
    kinds = itertools.product(sorted(LIVE_STATUSES), (True, False), Contact, Contact)
    for status, enabled, email, phone in kinds:
        yield Signature(
            match=Match.ONE,
            status=status,
            enabled=enabled,
            email=email,
            phone=phone,
            email_shared=False,
            phone_shared=False,
            preferred_mfa="",
            protected=False,
            changed_since=False,
        )
