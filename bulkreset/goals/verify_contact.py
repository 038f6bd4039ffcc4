"""verify-contact: the contacts of every user are marked verified, so that codes can reach them."""

from __future__ import annotations

from bulkreset.goals.base import BLOCK, SKIP, Case, Goal, Rule, do
from bulkreset.goals.common import DISABLED, IDENTITY_RULES, PROTECTED, always, has_status, shares_alias
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import Contact, UserStatus

WANTED = {"email": ("email",), "phone": ("phone_number",), "both": ("email", "phone_number")}
ACTIONS = {"email": "verify-email", "phone_number": "verify-phone"}


def _contact(case: Case, attribute: str) -> Contact:
    return case.user.email if attribute == "email" else case.user.phone


def _wanted(case: Case) -> tuple[str, ...]:
    return WANTED[str(case.policy["contact"])]


def _to_verify(case: Case) -> list[str]:
    return [attribute for attribute in _wanted(case) if _contact(case, attribute) is Contact.UNVERIFIED]


def _steps(case: Case) -> tuple[str, ...]:
    return tuple(ACTIONS[attribute] for attribute in _to_verify(case))


GOAL = Goal(
    name="verify-contact",
    summary="the e-mail address or phone number of every user is marked verified",
    keys=(
        PolicyKey(
            "contact", "which contact to mark verified", values=("email", "phone", "both"), default="email"
        ),
        PolicyKey(
            "unconfirmed",
            "the sign-up was never confirmed: nobody has shown that the contact is theirs",
            values=("block", "skip", "verify"),
            default="block",
        ),
        PolicyKey("disabled", "the user is disabled", values=("skip", "verify"), default="skip"),
        PROTECTED,
    ),
    rules=(
        *IDENTITY_RULES,
        Rule(
            "federated",
            "status EXTERNAL_PROVIDER: the identity provider says at each sign-in what is verified",
            has_status(UserStatus.EXTERNAL_PROVIDER),
            SKIP,
        ),
        DISABLED,
        Rule(
            "unconfirmed",
            "status UNCONFIRMED: the sign-up was never confirmed",
            has_status(UserStatus.UNCONFIRMED),
            {"block": BLOCK, "skip": SKIP},
            policy="unconfirmed",
        ),
        Rule(
            "no-contact",
            "none of the wanted contacts is there",
            lambda c: all(_contact(c, attribute) is Contact.NONE for attribute in _wanted(c)),
            BLOCK,
        ),
        Rule("already-verified", "nothing is left to verify", lambda c: not _to_verify(c), SKIP),
        Rule(
            "duplicate-contact",
            "a contact to verify is an alias that another user holds too",
            lambda c: any(shares_alias(c, attribute) for attribute in _to_verify(c)),
            BLOCK,
        ),
        Rule("ready", "a wanted contact is there and not verified", always, do(_steps)),
    ),
)
