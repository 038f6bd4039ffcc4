"""What follows from an answer: one decision, as a value. The table of faults of the design."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bulkreset.actions.base import Action, Evidence, Verdict
from bulkreset.cognito.answers import Answer, Meaning, refusal_text
from bulkreset.errors import BulkresetError, Refused
from bulkreset.rates.backoff import backoff_seconds

TRIES = 5
"""How often a step is tried whose answers are lost or prove to be without effect."""

SERVER_ERROR_GRACE_SECONDS = 1.0
"""After an answer nothing of the call is still under way; a moment for the read to see its effect."""

USER_LIMIT = "user-limit"
MESSAGE_LIMIT = "message-limit"
USER_GONE = "UserNotFoundException"
PASSWORD_USED_BEFORE = "PasswordHistoryPolicyViolationException"  # noqa: S105 - an error code


@dataclass(frozen=True, slots=True)
class Done:
    request_id: str


@dataclass(frozen=True, slots=True)
class Fail:
    """The step is over for this user."""

    code: str
    message: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Nothing happened: the step is pending again."""

    after_seconds: float
    code: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something may have happened, and doing it again does no harm."""

    after_seconds: float
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Something may have happened: look before anything is sent again."""

    after_seconds: float
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nobody can tell what happened: reported, and never sent again by itself."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Halt:
    """The whole run stops; the step is pending again."""

    error: BulkresetError


@dataclass(frozen=True, slots=True)
class Postpone:
    """The account's message budget is spent: nothing happened, as far as Cognito tells."""

    code: str = MESSAGE_LIMIT


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """The user has had this password before: nothing happened, and another may do."""

    code: str


PASSWORD_GONE = Fail(
    "password-not-in-memory",
    "the password was set, and its mail could not be sent while it was in memory; it is in the hand-out, and "
    "`bulkreset retry` lists the row, for a new one",
)

Move = Done | Fail | TryAgain | ChangePassword | Repeat | ReadBack | GiveUp | Postpone | Halt


def after_answer(  # noqa: PLR0911 - one return per row of the table of faults
    action: Action, answer: Answer, lost: int, grace_seconds: float, rng: random.Random
) -> Move:
    """What to do after a try of a step, of which `lost` answers were lost before.

    `grace_seconds` is how long a call that we gave up on may still be under way.
    """
    match answer.meaning:
        case Meaning.DONE:
            return Done(answer.request_id)
        case Meaning.THROTTLED | Meaning.NOT_SENT:
            # The limiter slows the category down; the row need only not come back at once.
            return TryAgain(backoff_seconds(1, rng), answer.code)
        case Meaning.ROW_REFUSED if action.password and answer.code == PASSWORD_USED_BEFORE and not lost:
            return ChangePassword(answer.code)
        case Meaning.USER_LIMIT | Meaning.ROW_REFUSED if lost and not action.repeat_safe:
            # Perhaps refused because a lost call had its effect after all.
            return ReadBack(grace_seconds, answer.code, answer.message)
        case Meaning.USER_LIMIT:
            return Fail(USER_LIMIT, f"{answer.code}: {answer.message}", answer.request_id)
        case Meaning.ROW_REFUSED:
            return Fail(answer.code, answer.message, answer.request_id)
        case Meaning.RUN_REFUSED:
            return Halt(Refused(refusal_text(action.operation, answer)))
        case Meaning.MESSAGE_LIMIT:
            return Postpone()
        case Meaning.NO_ANSWER | Meaning.SERVER_ERROR:
            return _after_lost_answer(action, answer, lost + 1, grace_seconds, rng)


def _after_lost_answer(
    action: Action, answer: Answer, lost: int, grace_seconds: float, rng: random.Random
) -> Move:
    if not action.repeat_safe:
        answered = answer.meaning is Meaning.SERVER_ERROR
        wait = SERVER_ERROR_GRACE_SECONDS if answered else grace_seconds
        return ReadBack(wait, answer.code, answer.message)
    if lost < TRIES:
        return Repeat(backoff_seconds(lost, rng), answer.code, answer.message)
    return GiveUp(answer.code, f"{answer.message}; no answer in {lost} tries")


def after_read_back(action: Action, evidence: Evidence | None, lost: int) -> Move:
    """What to do once the user was read back after the `lost`-th lost answer.

    No evidence means that the user is gone.
    """
    if evidence is None:
        return Fail(USER_GONE, "the user was deleted while the answer was awaited")
    verdict = action.confirmed_by(evidence) if action.confirmed_by else Verdict.CANNOT_TELL
    match verdict:
        case Verdict.EFFECT:
            return Done("")
        case Verdict.NO_EFFECT if lost < TRIES:
            return TryAgain(0.0)
        case Verdict.NO_EFFECT:
            return Fail("no-effect", f"{lost} answers were lost, and none of the calls had an effect")
        case _:
            return GiveUp(
                "cannot-tell",
                f"the answer was lost and the user is now {evidence.now.summary}: "
                "whether the message was sent cannot be told",
            )
