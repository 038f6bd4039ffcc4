"""One row on its way through its steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from bulkreset.account import Medium
from bulkreset.actions.base import Action
from bulkreset.actions.registry import actions
from bulkreset.execution.moves import MESSAGE_LIMIT
from bulkreset.ledger.journal import StepChange
from bulkreset.ledger.read import WorkRow
from bulkreset.ledger.states import StepState
from bulkreset.secrets.secret import Secret
from bulkreset.users import UserStatus


@dataclass(slots=True, eq=False)
class Item:
    """`ordinal` is the step at hand. `tries` counts its calls, over all runners; `lost` those of this
    runner whose answer was lost. `called_at` is the time of the last call in epoch seconds of AWS's clock,
    `looked_at` that of the look that the next call rests on, in `clock.monotonic()`, None where it rests
    on none. `hit_message_limit`: Cognito refused the step at hand for the account's message budget.
    `password` is what the step at hand sets, from its first call on; `refused_passwords` counts those that
    the user's history did not allow. `address` is where a mail with it goes. `is_booked`: the message of a
    later step is booked already. `prepared` is one that was stored for a step to come, and where.
    """

    work: WorkRow
    ordinal: int = 0
    tries: int = 0
    called_at: float | None = None
    must_read_back: bool = False
    lost: int = 0
    looked_at: float | None = None
    hit_message_limit: bool = False
    password: Secret | None = None
    refused_passwords: int = 0
    address: str = field(default="", repr=False)
    is_booked: bool = False
    prepared: tuple[Secret, bytes] | None = None

    @classmethod
    def resumed(cls, work: WorkRow) -> Item:
        """The row where an earlier runner, or none, left it."""
        if work.last is None:
            return cls(work)
        if work.last.state is StepState.DONE:
            return cls(work, ordinal=work.last.ordinal + 1)
        return cls(
            work,
            work.last.ordinal,
            work.last.attempts,
            work.last.called_at,
            hit_message_limit=work.last.error_code == MESSAGE_LIMIT,
        )

    @property
    def action(self) -> Action:
        return actions()[self.work.steps[self.ordinal]]

    @property
    def medium(self) -> Medium | None:
        """How the message goes that the step at hand sends, or books for a later one; None without any."""
        books = self.action.password is not None and self.delivers
        if not (self.action.sends_message or self.hit_message_limit or books) or self.is_booked:
            return None
        return Medium(self.work.medium) if self.work.medium else Medium.EMAIL

    @property
    def delivers(self) -> bool:
        """Whether a step to come takes the password of an earlier one to the user."""
        return any(actions()[name].carries_password for name in self.work.steps[self.ordinal + 1 :])

    @property
    def needs_address(self) -> bool:
        """Whether the user has to be looked at for where its mail goes, before the password is set."""
        return self.action.password is not None and self.delivers and not self.address

    @property
    def lacks_password(self) -> bool:
        """Whether the step at hand carries a password that is gone with an earlier runner."""
        return self.action.carries_password and self.password is None

    @property
    def is_at_last_step(self) -> bool:
        return self.ordinal + 1 == len(self.work.steps)

    def advance(self) -> None:
        """Go on to the next step."""
        if self.delivers:
            self.is_booked = self.is_booked or self.action.password is not None
        else:
            self.password = None
        self.ordinal += 1
        self.tries = self.lost = 0
        self.called_at = None
        self.must_read_back = False
        self.looked_at = None
        self.hit_message_limit = False
        self.refused_passwords = 0

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
        return not (self.ordinal or self.may_have_been_sent or self.hit_message_limit)

    @property
    def must_be_looked_at(self) -> bool:
        """Whether the user has to be looked at before the step at hand is called."""
        vouches = self.action.vouches_for_contact or self.needs_address
        return self.is_untouched or self.hit_message_limit or vouches

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
