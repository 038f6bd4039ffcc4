"""What a walk is made of: the calls of an app for the canary, beside those of its administrator.

Nothing that sends a message or sets a password is ever called again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bulkreset.cognito.app_answers import (
    CodeDelivery,
    Failure,
    NewPasswordRequired,
    OtherChallenge,
    SignIn,
    Tokens,
)
from bulkreset.errors import Refused
from bulkreset.flow.rehearsal.administrator import Administrator
from bulkreset.flow.rehearsal.steps import Act, Step
from bulkreset.flow.user.app import App
from bulkreset.secrets.secret import Secret

T = TypeVar("T")

RESET_REQUIRED = "PasswordResetRequiredException"
NO_WAY_IN = frozenset({"refresh-token-dead", "flow-not-enabled"})
"""Refusals of a refresh token by which it lets nobody in."""

NO_MESSAGE_ADVICE = (
    "look for it among junk; `bulkreset doctor` looks at the sender of the pool, and `bulkreset user show` "
    "whether SES holds the address back; if it comes late, `bulkreset user confirm-reset` takes the code"
)
NOTHING_WRONG = (
    "nothing is wrong with the pool; choose a canary without a second factor, or try the rest by hand"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """`canary` is the user's name in the pool. `make` makes passwords that the pool's policy accepts.

    `final` gives the password that the canary is left with. `code` gives the code that was sent, None where
    no message came. `attributes` are given where Cognito asks.
    """

    app: App
    administrator: Administrator
    canary: str
    make: Callable[[], Secret]
    final: Callable[[], Secret]
    code: Callable[[], Secret | None]
    attributes: Mapping[str, str]

    def signs_in(self, name: str, password: Secret) -> Act[Tokens]:
        """A sign-in that must bring tokens."""
        answer = self.app.user.sign_in(self.canary, password)
        if isinstance(answer, Tokens):
            return Act(Step(name, "InitiateAuth", passed=True, user_sees="the user is in"), answer)
        return Act(self._unexpected(name, "InitiateAuth", answer))

    def is_asked_for_a_code(self, password: Secret) -> Step:
        """A sign-in that must be refused because of the reset."""
        name = "signing in with the old password"
        answer = self.app.user.sign_in(self.canary, password)
        if isinstance(answer, Failure) and answer.answer.code == RESET_REQUIRED:
            return Step(
                name,
                "InitiateAuth",
                passed=True,
                user_sees="the app asks for the code that was sent, and for a new password",
                app_must=f"handle {RESET_REQUIRED}: show a form for code and new password, and do not call "
                "ForgotPassword, which sends a second code",
            )
        return self._unexpected(name, "InitiateAuth", answer, advice="the reset should have been in the way")

    def is_asked_for_a_new_password(self, password: Secret) -> Act[NewPasswordRequired]:
        """A sign-in with a temporary password."""
        name = "signing in with the temporary password"
        answer = self.app.user.sign_in(self.canary, password)
        if not isinstance(answer, NewPasswordRequired):
            return Act(self._unexpected(name, "InitiateAuth", answer))
        seconds = self.app.session_seconds
        lasts = f", within {seconds // 60} minutes (AuthSessionValidity)" if seconds else ""
        missing = [one for one in answer.required if not self.attributes.get(one)]
        asked = f", and for {', '.join(answer.required)}" if answer.required else ""
        step = Step(
            name,
            "InitiateAuth",
            passed=not missing,
            user_sees=f"the app asks for a new password{asked}",
            app_must=f"answer the challenge NEW_PASSWORD_REQUIRED{lasts}; where that is over, sign in again "
            "with the temporary password",
            message=f"the pool requires {', '.join(missing)} of every user" if missing else "",
            advice=" ".join(f"--attribute {one}=VALUE" for one in missing),
        )
        return Act(step, answer)

    def answers(self, challenge: NewPasswordRequired, password: Secret) -> Act[Tokens]:
        name = "answering with a new password"
        wanted = {one: self.attributes[one] for one in challenge.required}
        answer = self.app.user.answer_new_password(challenge, password, wanted)
        if isinstance(answer, Tokens):
            return Act(Step(name, "RespondToAuthChallenge", passed=True, user_sees="the user is in"), answer)
        return Act(self._unexpected(name, "RespondToAuthChallenge", answer))

    def asks_for_a_code(self) -> Act[CodeDelivery]:
        name = "the user asks for a code"
        answer = self.app.user.forgot_password(self.canary)
        if isinstance(answer, Failure):
            return Act(self._failed(name, answer))
        sees = f"a message goes to {answer.destination or 'a contact'} ({answer.medium or 'medium not told'})"
        return Act(Step(name, "ForgotPassword", passed=True, user_sees=sees), answer)

    def uses_the_code(self, password: Secret) -> Step:
        name = "giving the code and a new password"
        try:
            code = self.code()
        except Refused as error:
            return Step(name, "", passed=False, message=str(error), advice=NO_MESSAGE_ADVICE)
        if code is None:
            return Step(name, "", passed=False, message="no message came", advice=NO_MESSAGE_ADVICE)
        failure = self.app.user.confirm_forgot_password(self.canary, code, password)
        if failure is not None:
            return self._failed(name, failure)
        return Step(
            name,
            "ConfirmForgotPassword",
            passed=True,
            user_sees="the new password is set; the code is valid for an hour, and once",
            app_must="tell ExpiredCodeException, which takes a new code, from CodeMismatchException",
        )

    def changes(self, tokens: Tokens, previous: Secret, proposed: Secret) -> Step:
        name = "changing the password while signed in"
        failure = self.app.user.change_password(tokens.access, previous, proposed)
        return self._step(name, "ChangePassword", failure, "nothing: the session goes on")

    def signs_out_everywhere(self, tokens: Tokens) -> Step:
        failure = self.app.user.global_sign_out(tokens.access)
        return self._step("signing out everywhere", "GlobalSignOut", failure, "every device is signed out")

    def is_dead(self, name: str, tokens: Tokens) -> Step:
        """The old tokens, which must not let anybody in."""
        called = "GetUser, InitiateAuth"
        refusal = self.app.user.get_user(tokens.access)
        if not isinstance(refusal, Failure):
            return Step(name, called, passed=False, message="the old access token still works")
        if self.app.explain(refusal).name != "access-token-dead":
            return self._failed(name, refusal)
        if tokens.refresh is not None:
            answer = self.app.user.refresh(tokens.username or self.canary, tokens.refresh)
            if not isinstance(answer, Failure):
                message = "the old refresh token still gives new tokens"
                return Step(name, called, passed=False, message=message)
            if self.app.explain(answer).name not in NO_WAY_IN:
                return self._failed(name, answer)
        return Step(
            name,
            called,
            passed=True,
            user_sees="other devices are asked to sign in again",
            app_must="send users back to sign-in at NotAuthorizedException; an API that verifies tokens by "
            "itself lets them in until they end",
        )

    def _step(self, name: str, called: str, failure: Failure | None, sees: str) -> Step:
        return self._failed(name, failure) if failure else Step(name, called, passed=True, user_sees=sees)

    def _failed(self, name: str, failure: Failure, advice: str = "") -> Step:
        explanation = self.app.explain(failure)
        told = failure.answer.message
        return Step(
            name,
            failure.operation,
            passed=False,
            code=failure.answer.code,
            message=f"{explanation.meaning} ({told})" if told else explanation.meaning,
            advice=explanation.advice or advice,
        )

    def _unexpected(self, name: str, called: str, answer: SignIn, advice: str = "") -> Step:
        match answer:
            case Failure() as failure:
                return self._failed(name, failure, advice)
            case Tokens():
                told = "Cognito let the user in"
            case NewPasswordRequired():
                told = "Cognito asks for a new password"
            case OtherChallenge(name=challenge):
                told = f"Cognito asks for {challenge} first, which a rehearsal does not answer: it ends here"
                advice = NOTHING_WRONG
        return Step(name, called, passed=False, message=told, advice=advice)
