"""What each `error_code` of a report means, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bulkreset.goals.base import DecisionKind
from bulkreset.goals.registry import goals
from bulkreset.ledger.states import Outcome
from bulkreset.planning.reasons import meanings

LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Advice:
    """`code` is "" for all other codes of the outcome. `means` and `todo` are Markdown, for the docs."""

    code: str
    outcome: Outcome
    means: str
    todo: str
    told_as: str = ""

    @property
    def plain(self) -> tuple[str, str]:
        """What it means and what to do, as plain text."""
        return _plain(self.means), _plain(self.todo)


ADVICE = (
    Advice(
        "InvalidParameterException",
        Outcome.FAILED,
        "for a reset: no code can reach the user, often because the only verified contact is the second"
        " factor",
        "plan with `read: get` to see them beforehand; an administrator sets a password",
    ),
    Advice(
        "NotAuthorizedException",
        Outcome.FAILED,
        "the user's state does not allow it, for example disabled since",
        "plan again",
    ),
    Advice("UserNotFoundException", Outcome.FAILED, "the user was deleted meanwhile", "nothing"),
    Advice("", Outcome.FAILED, "refused for this user", "read the message", "other codes of Cognito"),
    Advice(
        "user-limit",
        Outcome.FAILED,
        "the user's own hourly limit",
        "try again after an hour, with a [manifest of what is left](operating.md#afterwards)",
    ),
    Advice(
        "PasswordHistoryPolicyViolationException",
        Outcome.FAILED,
        "the user's history refused five passwords, or the one that was given",
        "plan again, or give another",
    ),
    Advice(
        "InvalidPasswordException",
        Outcome.FAILED,
        "the pool's policy refuses the password, so it changed meanwhile",
        "plan again",
    ),
    Advice(
        "password-not-in-memory",
        Outcome.FAILED,
        "the password was set, and its mail could not be sent before the runner ended",
        "open the [hand-out](passwords.md), or plan a `retry`",
    ),
    Advice(
        "no-effect",
        Outcome.FAILED,
        "five answers were lost, and none of the calls had an effect",
        "check the network, then try again with a [manifest of what is left](operating.md#afterwards)",
    ),
    Advice(
        "drifted",
        Outcome.DRIFTED,
        "the user changed between plan and apply; not touched",
        "read the message, plan again",
    ),
    Advice(
        "cannot-tell",
        Outcome.UNKNOWN,
        "the answer was lost, and the user's state does not tell whether the message went out",
        "ask the user, or look at the mail log; never sent again by itself",
    ),
    Advice(
        "no-read-back",
        Outcome.UNKNOWN,
        "the answer was lost, and so was the read",
        "`resume` reads again",
    ),
    Advice("interrupted", Outcome.UNKNOWN, "in flight when the process died", "`resume`"),
    Advice(
        "",
        Outcome.UNKNOWN,
        "a call that is safe to repeat had no answer in five tries",
        "`resume`",
        "`ReadTimeoutError` and the like",
    ),
    Advice(
        "message-limit",
        Outcome.NOT_ATTEMPTED,
        "Cognito said that the account's messages of today are spent",
        "`resume` after 09:00 UTC, or leave it to [cron](cron.md)",
    ),
    Advice(
        "partly-done",
        Outcome.NOT_ATTEMPTED,
        "stopped between two steps; the message says which are done",
        "`resume`",
    ),
    Advice(
        "TooManyRequestsException",
        Outcome.NOT_ATTEMPTED,
        "throttled, and the run was stopped before the next try",
        "`resume`",
    ),
    Advice(
        "ambiguous",
        Outcome.BLOCKED,
        "several users have the row's identifier; the message names up to five of them",
        "name the right one by `username` or `sub`",
    ),
    Advice("invalid-row", Outcome.INVALID, "the manifest row cannot be used", "mend the row"),
)

NOT_ATTEMPTED = "the run has not come to this row"

WITHOUT_CODE = {
    Outcome.NOT_ATTEMPTED: (NOT_ATTEMPTED, "apply, or resume"),
    Outcome.UNKNOWN: ("a call is out, or was when the process died", "resume"),
}

BLOCKED_TODO = "mend the user or the policy of the job, then plan again"


def code_of(told: Mapping[str, str | int]) -> str:
    """What a row with these cells is counted under: its code, or why it was planned so, or its outcome."""
    return str(told["error_code"] or told["outcome" if told["decision"] == DecisionKind.DO else "reason"])


def advice_on(goal: str, outcome: str, code: str) -> tuple[str, str]:
    """What a code means and what to do, as plain text, in a run with this goal.

    `code` is that of `code_of`.
    """
    found = next((one for one in ADVICE if (one.outcome, one.code) == (outcome, code)), None)
    if found is None and code == outcome:
        return WITHOUT_CODE.get(Outcome(outcome), ("", ""))
    found = found or next((one for one in ADVICE if one.code == code), None)
    found = found or next((one for one in ADVICE if (one.outcome, one.code) == (outcome, "")), None)
    if found is not None:
        return found.plain
    return _meanings_for(goal).get(code, ""), BLOCKED_TODO if outcome == Outcome.BLOCKED else ""


@cache
def _meanings_for(goal: str) -> Mapping[str, str]:
    """The goal's own words first: another one's stand for rows that ask for another goal."""
    own = meanings(goals()[goal]) if goal in goals() else {}
    return {**reason_meanings(), **own}


@cache
def reason_meanings() -> Mapping[str, str]:
    """What each reason of a decision means, whatever the goal."""
    return {reason: told for goal in goals().values() for reason, told in meanings(goal).items()}


def _plain(text: str) -> str:
    return LINK.sub(r"\1", text).replace("`", "")
