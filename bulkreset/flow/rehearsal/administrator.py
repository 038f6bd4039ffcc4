"""What the administrator does to the canary, as the job does it to everybody.

It goes through the planner and the runner of a batch, so that a canary who would be stranded is told rather
than stranded, and nobody whom the environment protects is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.carry_out import Watch
from bulkreset.flow.rehearsal.steps import Act, Step
from bulkreset.flow.user.carry_out import carried_out
from bulkreset.flow.user.plan import planned_for
from bulkreset.flow.user.wish import Wish
from bulkreset.ledger.states import Outcome
from bulkreset.secrets.secret import Secret
from bulkreset.settings.consent import GIVEN

UNWATCHED = Watch(lambda _status: None, lambda _notebook: None, lambda: False)


@dataclass(frozen=True, slots=True)
class Administrator:
    """`policy` and `consent` are what of the job's bears on the canary, `signs_out` whether a reset does."""

    environment: Path
    canary: str
    clock: Clock
    policy: Mapping[str, str]
    consent: tuple[str, ...]
    signs_out: bool

    def gives(self, password: Secret, *, permanent: bool) -> Act[Secret]:
        """A password that is known here alone."""
        goal = "permanent-password" if permanent else "temporary-password"
        policy = {"sign_out": "none"} if permanent else {"must_change": "temporary-password"}
        wish = Wish("rehearse", goal, policy, consent=(GIVEN,))
        name = f"the administrator sets a {'permanent' if permanent else 'temporary'} password"
        sees = "nothing arrives; the old password stops working"
        return self._carry_out(name, "AdminSetUserPassword", sees, wish, password)

    def resets(self) -> Act[Secret]:
        """The reset, as the job does it."""
        calls = "AdminResetUserPassword" + (", AdminUserGlobalSignOut" if self.signs_out else "")
        sees = "a message with a code arrives; the password stops working"
        wish = Wish("rehearse", "force-reset", self.policy, consent=self.consent)
        return self._carry_out("the administrator resets the user", calls, sees, wish)

    def signs_out_user(self) -> Act[Secret]:
        """The sign-out, as the job does it."""
        name, sees = "the administrator signs the user out", "nothing, until the app next asks Cognito"
        return self._carry_out(name, "AdminUserGlobalSignOut", sees, Wish("rehearse", "sign-out"))

    def _carry_out(
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
