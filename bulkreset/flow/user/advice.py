"""What would help where a user cannot be helped as asked: other commands, tried on the decision tables.

A way is offered only where its own table says that it does something for this very user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bulkreset.flow.user.outlook import Subject
from bulkreset.flow.user.wish import Wish
from bulkreset.goals.base import DecisionKind


@dataclass(frozen=True, slots=True)
class Way:
    """Another command: `options` stand behind the user's name. `brings` says what comes of it.

    It is one only where the table of `goal` does something, and for this `reason`, if there is one.
    """

    command: str
    options: str
    goal: str
    brings: str
    policy: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


WAYS = {
    "verify-email-first": Way(
        "reset",
        "--verify email",
        "force-reset",
        "marks the e-mail address verified first, so that the code reaches it; whoever owns that address can "
        "then recover the account, so make sure whose it is",
        {"unverified": "verify-email"},
        "verify-first",
    ),
    "verify-phone-first": Way(
        "reset",
        "--verify phone",
        "force-reset",
        "marks the phone number verified first, so that the code reaches it; whoever owns that number can "
        "then recover the account, so make sure whose it is",
        {"unverified": "verify-phone"},
        "verify-first",
    ),
    "reset": Way("reset", "", "force-reset", "has the user choose a new password with a code"),
    "send-again": Way(
        "reset",
        "--send-again",
        "force-reset",
        "sends a new code",
        {"already_required": "send-again"},
        "send-again",
    ),
    "resend": Way(
        "resend",
        "",
        "temporary-password",
        "has Cognito send the invitation again, with a new temporary password",
        {"must_change": "resend-invitation"},
        "resend-invitation",
    ),
    "set-password": Way(
        "set-password",
        "",
        "temporary-password",
        "sets a temporary password that you hand over; it takes no contact of the user",
        {"must_change": "temporary-password"},
    ),
    "enable": Way("enable", "", "enable", "lets the user sign in again, with the password of before"),
    "sign-out": Way("sign-out", "", "sign-out", "revokes the tokens that this pool gave"),
    "verify-email": Way(
        "verify",
        "--attribute email",
        "verify-contact",
        "marks the e-mail address verified",
        {"contact": "email"},
    ),
    "verify-phone": Way(
        "verify",
        "--attribute phone",
        "verify-contact",
        "marks the phone number verified",
        {"contact": "phone"},
    ),
}
"""Every way out, by a name of its own."""

NOT_RECOVERED_BY = ("verify-email-first", "verify-phone-first", "set-password")
OUT_OF = {
    "no-verified-contact": NOT_RECOVERED_BY,
    "cannot-verify": NOT_RECOVERED_BY,
    "duplicate-contact": NOT_RECOVERED_BY,
    "no-contact": (*NOT_RECOVERED_BY, "verify-email", "verify-phone"),
    "mfa-channel": ("set-password",),
    "suppressed-address": ("set-password",),
    "already-required": ("send-again", "set-password"),
    "already-must-change": ("resend", "set-password"),
    "no-contact-to-invite": ("set-password",),
    "disabled": ("enable",),
    "not-invited": ("reset", "send-again", "set-password"),
    "federated": ("sign-out",),
}
"""Which ways may lead out of a reason."""

OF_ONE_GOAL = {
    "verify-contact": ("verify-email", "verify-phone"),
    "enable": (),
    "disable": (),
    "sign-out": (),
}
"""Who asked for less than a new password is offered none; but `enable`, where that is in the way."""

OF_ANY_GOAL = {"duplicate-contact", "unconfirmed", "protected", "disabled", "unsupported-status"}
"""Reasons that come to the same whatever was asked for."""

MEANS = {
    "no-verified-contact": "a code would reach nobody: the old password gone, the user would be locked out",
    "no-contact": "there is nothing that a code could be sent to: the user would be locked out",
    "mfa-channel": (
        "Cognito sends no code over the channel of the second factor, so it would reach nobody: the user "
        "would be locked out"
    ),
    "suppressed-address": (
        "the message would end there without a word, and the user would be locked out; once the mailbox "
        "works again: `aws sesv2 delete-suppressed-destination --email-address …`"
    ),
    "duplicate-contact": (
        "marking it verified would take the other user's way to sign in; find out whose contact it is first"
    ),
    "cannot-verify": "marking it verified would not make a code reach the user",
    "federated": "the password is at the identity provider that the user signs in with; change it there",
    "unconfirmed": (
        "nobody has shown that the sign-up is theirs; have the user confirm it, with a new code if need be"
    ),
    "protected": (
        "the environment protects this user from every job; where it must be, plan a job of one row with "
        "`consent: [privileged-users]`"
    ),
    "already-required": "a code was sent; it is valid for an hour, and the user can ask for another",
    "already-must-change": "the user has a temporary password, and Cognito resets none",
    "disabled": "the user cannot sign in at all",
    "no-contact-to-invite": "an invitation would have nowhere to go",
    "unsupported-status": "Cognito documents nothing that leads out of this status; ask AWS",
}
"""What a reason comes to for one user, where the rule itself does not say it."""


def meaning(wish: Wish, reason: str) -> str:
    """What a reason comes to; "" where its rule says it all."""
    if wish.goal in OF_ONE_GOAL and reason not in OF_ANY_GOAL:
        return ""
    return MEANS.get(reason, "")


def ways_out(subject: Subject, wish: Wish, reason: str) -> tuple[Way, ...]:
    """What may be done instead, best first."""
    names = OUT_OF.get(reason, ())
    limits = OF_ONE_GOAL.get(wish.goal)
    if limits is not None:
        names = tuple(name for name in names if name in (*limits, "enable"))
    return tuple(way for way in map(WAYS.__getitem__, names) if _helps(subject, wish, way))


def _helps(subject: Subject, wish: Wish, way: Way) -> bool:
    is_the_same = (way.command, way.policy) == (wish.command, wish.policy)
    if is_the_same or subject.is_refused(way.goal, way.policy):
        return False
    decision = subject.decision(way.goal, way.policy)
    return decision.kind is DecisionKind.DO and way.reason in ("", decision.reason)
