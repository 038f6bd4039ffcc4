"""Why Cognito did not do what a user asked, in words: what it means, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from bulkreset.cognito.answers import Meaning
from bulkreset.cognito.app_answers import Failure
from bulkreset.cognito.refusal_rules import RULES


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failure in words. `name` is stable, for scripts; `advice` is "" where there is none."""

    name: str
    meaning: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.meaning}; {self.advice}" if self.advice else self.meaning


WHAT_IS_UNKNOWN = {
    "ForgotPassword": (
        "whether a code was sent is unknown",
        "look for the message before you ask for another; nothing was sent again",
    ),
    "ConfirmForgotPassword": (
        "whether the new password was set is unknown",
        "sign in with the new one to see; nothing was sent again",
    ),
    "RespondToAuthChallenge": (
        "whether the new password was set is unknown",
        "sign in with the new one to see; nothing was sent again",
    ),
    "ChangePassword": (
        "whether the new password was set is unknown",
        "sign in with the new one to see; nothing was sent again",
    ),
    "GlobalSignOut": (
        "whether the user was signed out is unknown",
        "do it again: it does no harm",
    ),
}
"""Of an operation with an effect; any other has none, and can be made again."""


def explained(failure: Failure) -> Explanation:
    """What a failure means, and what to do next."""
    answer = failure.answer
    if failure.is_unknown:
        meaning, advice = WHAT_IS_UNKNOWN.get(
            failure.operation, ("nothing was changed, and nothing is known", "try again")
        )
        return Explanation("unknown", f"Cognito gave no usable answer, so {meaning}", advice)
    if answer.meaning is Meaning.NOT_SENT:
        return Explanation(
            "not-sent",
            "Cognito was not reached, and nothing was done",
            "look at the network, and at region and endpoint_url of the environment file",
        )
    for rule in RULES:
        if rule.fits(failure.operation, answer):
            return Explanation(rule.name, rule.meaning, rule.advice)
    return Explanation("refused", "Cognito refused it")


def failure_text(failure: Failure, explanation: Explanation) -> str:
    """One sentence, with Cognito's own code and text at its end."""
    said = ": ".join(text for text in (failure.answer.code, failure.answer.message) if text)
    return f"{explanation} ({failure.operation}: {said})"
