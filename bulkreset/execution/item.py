"""One row on its way through its steps."""

from __future__ import annotations

from dataclasses import dataclass

from bulkreset.actions.base import Action
from bulkreset.actions.registry import actions
from bulkreset.execution.moves import MESSAGE_LIMIT
from bulkreset.ledger.journal import StepChange
from bulkreset.ledger.read import WorkRow
from bulkreset.ledger.states import StepState
from bulkreset.users import UserStatus


@dataclass(slots=True, eq=False)
class Item:
    """`ordinal` is the step at hand. `tries` counts its calls, over all runners; `lost` those of this
    runner whose answer was lost. `called_at` is the time of the last call in epoch seconds of AWS's clock.
    """

    work: WorkRow
    ordinal: int = 0
    tries: int = 0
    called_at: float | None = None
    must_read_back: bool = False
    lost: int = 0

    @classmethod
    def resumed(cls, work: WorkRow) -> Item:
        """The row where an earlier runner, or none, left it."""
        if work.last is None:
            return cls(work)
        if work.last.state is StepState.DONE:
            return cls(work, ordinal=work.last.ordinal + 1)
        return cls(work, work.last.ordinal, work.last.attempts, work.last.called_at)

    @property
    def action(self) -> Action:
        return actions()[self.work.steps[self.ordinal]]

    @property
    def is_at_last_step(self) -> bool:
        return self.ordinal + 1 == len(self.work.steps)

    def advance(self) -> None:
        """Go on to the next step."""
        self.ordinal += 1
        self.tries = self.lost = 0
        self.called_at = None
        self.must_read_back = False

    @property
    def status_before(self) -> UserStatus:
        return UserStatus(self.work.state.partition(",")[0])

    @property
    def may_have_been_sent(self) -> bool:
        """Whether a call of the step at hand is out of which nobody knows what became."""
        last = self.work.last
        if last is None or last.ordinal != self.ordinal:
            return bool(self.lost)
        return bool(self.lost) or last.state in (StepState.IN_FLIGHT, StepState.UNKNOWN)

    @property
    def is_untouched(self) -> bool:
        """Whether the user is still to be as planned: no call of ours can have changed it.

        After the message budget ran out Cognito may or may not have changed the user (AWS does not
        say), so such a row is not held against its plan again.
        """
        if self.ordinal or self.may_have_been_sent:
            return False
        return self.work.last is None or self.work.last.error_code != MESSAGE_LIMIT

    @property
    def must_be_looked_at(self) -> bool:
        """Whether the user has to be looked at before the step at hand is called."""
        waited_for_budget = self.work.last is not None and self.work.last.error_code == MESSAGE_LIMIT
        return self.is_untouched or waited_for_budget or self.action.vouches_for_contact

    def changed(
        self,
        state: StepState,
        *,
        finished_at: float | None = None,
        request_id: str = "",
        code: str = "",
        message: str = "",
    ) -> StepChange:
        """The step at hand, in its new state, for the journal."""
        return StepChange(
            row=self.work.row,
            ordinal=self.ordinal,
            action=self.work.steps[self.ordinal],
            state=state,
            attempts=self.tries,
            called_at=self.called_at,
            finished_at=finished_at,
            request_id=request_id,
            error_code=code,
            error_message=message,
        )
