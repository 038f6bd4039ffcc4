"""What a walk is made of: the administrator's calls on the canary, and those of an app for it.

The administrator's go through the planner and the runner of a batch, so that a canary who would be stranded
is told rather than stranded. Nothing that sends a message or sets a password is ever called again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bulkreset.clock import Clock
from bulkreset.cognito.app_answers import (
    CodeDelivery,
    Failure,
    NewPasswordRequired,
    OtherChallenge,
    SignIn,
    Tokens,
)
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.carry_out import Watch
from bulkreset.flow.rehearsal.steps import Act, Step
from bulkreset.flow.user.app import App
from bulkreset.flow.user.carry_out import carried_out
from bulkreset.flow.user.plan import planned_for
from bulkreset.flow.user.wish import Wish
from bulkreset.ledger.states import Outcome
from bulkreset.secrets.secret import Secret
from bulkreset.settings.consent import GIVEN

T = TypeVar("T")

RESET_REQUIRED = "PasswordResetRequiredException"
UNWATCHED = Watch(lambda _status: None, lambda _notebook: None, lambda: False)


@dataclass(frozen=True, slots=True)
class Stage:
    """`canary` is the user's name in the pool. `make` makes passwords that the pool's policy accepts.

    `final` gives the password that the canary is left with. `code` gives the code that was sent.
    `policy` is what of the job's policy bears on the canary. `attributes` are given where Cognito asks.
    """

    app: App
    canary: str
    environment: Path
    clock: Clock
    make: Callable[[], Secret]
    final: Callable[[], Secret]
    code: Callable[[], Secret]
    policy: Mapping[str, str]
    attributes: Mapping[str, str]
    signs_out: bool

    def give(self, *, permanent: bool) -> Act[Secret]:
        """A password that is known here alone, set by the administrator."""
        password = self.make()
        goal = "permanent-password" if permanent else "temporary-password"
        policy = {"sign_out": "none"} if permanent else {"must_change": "temporary-password"}
        wish = Wish("rehearse", goal, policy, consent=(GIVEN,))
        name = f"the administrator sets a {'permanent' if permanent else 'temporary'} password"
        sees = "nothing arrives; the old password stops working"
        return self._administer(name, "AdminSetUserPassword", sees, wish, password)

    def reset(self) -> Act[Secret]:
        """The reset, as the job does it."""
        calls = "AdminResetUserPassword" + (", AdminUserGlobalSignOut" if self.signs_out else "")
        sees = "a message with a code arrives; the password stops working"
        return self._administer(
            "the administrator resets the user", calls, sees, Wish("rehearse", "force-reset", self.policy)
        )

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
        failure = self.app.user.confirm_forgot_password(self.canary, self.code(), password)
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
        if refusal.is_unknown:
            return self._failed(name, refusal)
        if tokens.refresh is not None and isinstance(
            self.app.user.refresh(tokens.username or self.canary, tokens.refresh), Tokens
        ):
            return Step(name, called, passed=False, message="the old refresh token still gives new tokens")
        return Step(
            name,
            called,
            passed=True,
            user_sees="other devices are asked to sign in again",
            app_must="send users back to sign-in at NotAuthorizedException; an API that verifies tokens by "
            "itself lets them in until they end",
        )

    def _administer(
        self, name: str, called: str, sees: str, wish: Wish, password: Secret | None = None
    ) -> Act[Secret]:
        try:
            with planned_for(self.environment, self.canary, wish, None, self.clock) as planned:
                if planned is None or planned.carried is None:
                    return Act(_not_planned(name, called, planned.why if planned else "", planned))
                ended = carried_out(planned.carried, UNWATCHED, self.clock, password)
        except (Refused, Stopped) as error:
            return Act(Step(name, called, passed=False, message=str(error)))
        passed = ended.outcome is Outcome.DONE
        step = Step(name, called, passed, sees if passed else "", "", ended.error_code, ended.error_message)
        return Act(step, password or Secret(""))

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
                told = f"Cognito asks for {challenge} first, which a rehearsal does not answer"
                advice = "choose a canary without a second factor, and try the rest by hand"
        return Step(name, called, passed=False, message=told, advice=advice)


def _not_planned(name: str, called: str, why: str, planned: object) -> Step:
    if planned is None:
        return Step(name, called, passed=False, message="nobody in the pool has this name")
    means = getattr(planned, "means", "")
    return Step(
        name,
        called,
        passed=False,
        code=str(getattr(planned, "reason", "")),
        message=f"{why}: {means}" if means else why,
        advice="choose a canary like those whom the job is about, and see `bulkreset user show`",
    )
