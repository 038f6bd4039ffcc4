"""Somebody with boto3 and no plan: calls Cognito for the very rows that a plan leaves out.

What comes of it is either a refusal, which leaves the user as it was, or harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError
from truth import Pool, changes, states, stolen_aliases

from bulkreset.simulator import DEMO_POOL_ID, SimulatedUser, Simulator

VERIFIED_BY = {"verify-email": ("email",), "verify-phone": ("phone_number",)}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row called without a plan.

    `name` is what it was called by, `code` what Cognito refused it with, or "", and `messages` how many went
    out. `before` and `after` are the whole pool.
    """

    name: str
    code: str
    messages: int
    before: Pool
    after: Pool

    @property
    def was(self) -> SimulatedUser:
        return self.before[self.name]

    @property
    def now(self) -> SimulatedUser:
        return self.after[self.name]

    @property
    def changed(self) -> set[str]:
        return {name for name, was in self.before.items() if changes(was, self.after[name])}


class Adversary:
    """Carries out rows of a manifest as a loop over boto3 would.

    `usual` is what the job says of `unverified`.
    """

    def __init__(self, simulator: Simulator, usual: str) -> None:
        self._simulator = simulator
        self._usual = usual
        self._client: Any = boto3.client(
            "cognito-idp", endpoint_url=simulator.endpoint_url, region_name="us-east-1"
        )

    def attempt(self, planned: Mapping[str, Any], wish: Mapping[str, str]) -> Attempt:
        """Do what a row asks for. A row of nobody, or of several, goes by its identifier."""
        name = planned["username"] or planned["identifier"]
        before, sent = states(self._simulator), len(self._simulator.outbox)
        try:
            self._carry_out(name, before.get(name), wish)
            code = ""
        except ClientError as error:
            code = error.response["Error"]["Code"]
        return Attempt(name, code, len(self._simulator.outbox) - sent, before, states(self._simulator))

    def invite(self, name: str) -> None:
        """Send the invitation again, by mail."""
        self._client.admin_create_user(
            UserPoolId=DEMO_POOL_ID, Username=name, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
        )

    def _carry_out(self, name: str, user: SimulatedUser | None, wish: Mapping[str, str]) -> None:
        if wish.get("goal") == "verify-contact":
            self._verify(name, "email", "phone_number")
            return
        if user and not user.email_verified and not user.phone_number_verified:
            self._verify(name, *VERIFIED_BY.get(wish.get("policy.unverified", self._usual), ()))
        self._client.admin_reset_user_password(UserPoolId=DEMO_POOL_ID, Username=name)

    def _verify(self, name: str, *attributes: str) -> None:
        for attribute in attributes:
            flag = {"Name": f"{attribute}_verified", "Value": "true"}
            self._client.admin_update_user_attributes(
                UserPoolId=DEMO_POOL_ID, Username=name, UserAttributes=[flag]
            )


@dataclass(frozen=True, slots=True)
class Proof:
    """What an attempt shows if the row was rightly left out; nothing where `applies` does not hold."""

    shows: Callable[[Attempt], bool]
    applies: Callable[[Attempt], bool] = lambda _attempt: True


def _refused(code: str) -> Proof:
    """Cognito refuses the reset: no message goes out, and the password is what it was."""
    return Proof(
        lambda attempt: (
            attempt.code == code
            and not attempt.messages
            and (attempt.now.status, attempt.now.password) == (attempt.was.status, attempt.was.password)
        )
    )


def _nobody(attempt: Attempt) -> bool:
    return attempt.code == "UserNotFoundException" and not attempt.changed


def _picks_one_of_several(attempt: Attempt) -> bool:
    """The name means whoever happened to verify it last, or nobody, or one who cannot be reset."""
    if attempt.code:
        return not attempt.changed
    return len(_holders(attempt, attempt.name)) > 1 and len(attempt.changed) == 1


def _takes_alias(attempt: Attempt) -> bool:
    """Another user loses the alias, or has to do without it from now on."""
    gained = [
        getattr(attempt.was, name)
        for name in ("email", "phone_number")
        if getattr(attempt.now, f"{name}_verified") and not getattr(attempt.was, f"{name}_verified")
    ]
    robbed = any(stolen_aliases(attempt.before, attempt.after))
    return robbed or any(len(_holders(attempt, alias)) > 1 for alias in gained)


def _holders(attempt: Attempt, contact: str) -> list[str]:
    return [
        user.username
        for user in attempt.before.values()
        if contact.lower() in (user.email.lower(), user.phone_number)
    ]


def _can_be_reset(attempt: Attempt) -> bool:
    user = attempt.before.get(attempt.name)
    if user is None:
        return False
    is_reached = user.email_verified and user.preferred_mfa != "EMAIL_OTP"
    return is_reached and user.enabled and user.status in ("CONFIRMED", "RESET_REQUIRED")


def _had_password(attempt: Attempt) -> bool:
    return _can_be_reset(attempt) and attempt.was.password is not None


LOCKED_OUT = Proof(lambda attempt: attempt.now.password is None and attempt.messages == 1, _had_password)
ANOTHER_MESSAGE = Proof(lambda attempt: attempt.messages == 1, _can_be_reset)

RESETS: Mapping[str, Proof] = {
    "not-found": Proof(_nobody),
    "ambiguous": Proof(_picks_one_of_several),
    "protected": LOCKED_OUT,
    "unsupported-status": _refused("NotAuthorizedException"),
    "federated": _refused("NotAuthorizedException"),
    "disabled": _refused("NotAuthorizedException"),
    "unconfirmed": _refused("NotAuthorizedException"),
    "already-must-change": _refused("NotAuthorizedException"),
    "already-required": ANOTHER_MESSAGE,
    "changed-since": LOCKED_OUT,
    "no-contact": _refused("InvalidParameterException"),
    "duplicate-contact": Proof(_takes_alias),
    "cannot-verify": _refused("InvalidParameterException"),
    "mfa-channel": _refused("InvalidParameterException"),
    "no-verified-contact": _refused("InvalidParameterException"),
    "duplicate-row": ANOTHER_MESSAGE,
}
"""Why each row of a reset that is skipped or blocked is left out, by its reason."""

VERIFICATIONS: Mapping[str, Proof] = {
    "no-contact": Proof(lambda attempt: attempt.code == "InvalidParameterException" and not attempt.changed),
    "duplicate-contact": Proof(_takes_alias),
    "unconfirmed": Proof(
        lambda attempt: attempt.now.status == "UNCONFIRMED" and attempt.now.email_verified,
        lambda attempt: bool(attempt.was.email),
    ),
}
"""The same of rows whose contacts were to be verified, as far as they are blocked by that goal alone."""
