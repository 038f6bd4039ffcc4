"""What an action is, and how a lost answer is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from bulkreset.secrets.secret import Secret
from bulkreset.users import UserState, UserStatus

COGNITO = "cognito-idp"
SES = "sesv2"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `text` holds a password."""

    sender: str
    recipient: str
    subject: str
    text: Secret
    reply_to: str = ""
    configuration_set: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom one call is about. `username` is the name that Cognito itself returned.

    `password` is what an action that sets one sets. `medium` is how the message of the call goes, "" where
    it sends none, or goes as the pool's settings have it. `mail` is what an action of SES sends.
    """

    pool_id: str
    username: str
    client_metadata: Mapping[str, str]
    password: Secret | None = None
    medium: str = ""
    mail: Mail | None = None


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What a call carries beside the user's name.

    The password that it sets, or takes to the user; the medium of its message as planned; and the address
    that a mail goes to.
    """

    password: Secret | None = None
    medium: str = ""
    address: str = field(default="", repr=False)


NOTHING = Enclosed()


class PasswordUse(Enum):
    """What becomes of a password that an action sets."""

    HANDED_OUT = "sealed to those who hand it out"
    DISCARDED = "forgotten at once: nobody ever knows it"


class Sequel(Enum):
    """What a follow-up looks for in the user once the call is done."""

    NOTHING_TO_SEE = "ListUsers shows nothing of it"
    CODE = "the user chooses a new password with a code"
    TEMPORARY = "the user replaces a temporary password"
    RECOVERY = "the user recovers by “forgot password” when it next wants in"
    PASSWORD = "the password that was set is in force"  # noqa: S105 - words
    DISABLED = "the user stays disabled"
    ENABLED = "the user stays enabled"
    EMAIL_VERIFIED = "the e-mail address stays verified"
    PHONE_VERIFIED = "the phone number stays verified"


class Verdict(Enum):
    """What a read-back says about a call whose answer was lost."""

    EFFECT = "the call took effect"
    NO_EFFECT = "the call had no effect"
    CANNOT_TELL = "the state does not tell"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known when a call's answer was lost.

    `called_at` is when the call was about to be sent, in epoch seconds of AWS's clock, so that it
    compares with `now.modified_at`.
    """

    status_before: UserStatus
    called_at: float
    now: UserState


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One kind of Cognito call for one user.

    `category` is the request-rate quota that the call draws from. `repeat_safe` means that
    sending the call twice does no more than sending it once, so that a lost answer is simply
    retried; any other action declares `confirmed_by`, which judges a read-back of the user.
    `vouches_for_contact` means that the call says something about the user's contact: it is never made
    on a row that was interrupted without looking whether the contact is still the planned one.
    `service` is whose operation it is, by boto3's name. `carries_password`: the call takes to the user what
    an earlier step of the row has set, which is in memory alone.
    `password` says that the call sets a password, and what becomes of it.
    `user_sees` and `lasting` are sentences for whoever reads a plan: what the user notices, and what of it
    nobody can take back; "" where there is no such thing. `sequel` is what a follow-up looks for later.
    """

    name: str
    summary: str
    operation: str
    category: str
    request: Callable[[Target], dict[str, object]]
    sends_message: bool
    bills_user: bool
    repeat_safe: bool
    confirmed_by: Callable[[Evidence], Verdict] | None = None
    vouches_for_contact: bool = False
    password: PasswordUse | None = None
    service: str = COGNITO
    carries_password: bool = False
    user_sees: str = ""
    lasting: str = ""
    sequel: Sequel = Sequel.NOTHING_TO_SEE

    def __post_init__(self) -> None:
        if self.repeat_safe == (self.confirmed_by is not None):
            raise ValueError(f"{self.name}: declare confirmed_by exactly when it is not repeat_safe")


def user_only(target: Target) -> dict[str, object]:
    """The request of the many operations that take just a pool and a user."""
    return {"UserPoolId": target.pool_id, "Username": target.username}


def marking_verified(attribute: str) -> Callable[[Target], dict[str, object]]:
    """The request that sets `<attribute>_verified`; Cognito takes attribute values as strings."""

    def request(target: Target) -> dict[str, object]:
        return {
            **user_only(target),
            "UserAttributes": [{"Name": f"{attribute}_verified", "Value": "true"}],
        }

    return request
