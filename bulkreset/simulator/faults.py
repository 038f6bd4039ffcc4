"""Faults on demand: which calls are struck, and by what."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from enum import StrEnum

from bulkreset.simulator.calls import CognitoError
from bulkreset.simulator.outbox import EMAIL_LIMIT_MESSAGE


class FaultKind(StrEnum):
    THROTTLE = "throttle"
    SERVER_ERROR = "server-error"
    DROP = "drop"
    HANG = "hang"
    USER_LIMIT = "user-limit"
    EMAIL_LIMIT = "email-limit"
    ACCESS_DENIED = "access-denied"
    EXPIRED_TOKEN = "expired-token"  # noqa: S105 - the name of a fault
    POOL_NOT_FOUND = "pool-not-found"
    REFUSE = "refuse"
    TRUNCATE = "truncate"
    GARBAGE = "garbage"


REFUSALS = {
    FaultKind.THROTTLE: ("TooManyRequestsException", "Rate exceeded", 400),
    FaultKind.SERVER_ERROR: ("InternalErrorException", "Something went wrong", 500),
    FaultKind.USER_LIMIT: (
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
        400,
    ),
    FaultKind.EMAIL_LIMIT: ("LimitExceededException", EMAIL_LIMIT_MESSAGE, 400),
    FaultKind.ACCESS_DENIED: (
        "AccessDeniedException",
        (
            "User: arn:aws:iam::123456789012:user/operator is not authorized to perform: "
            "cognito-idp:{operation} on resource: arn:aws:cognito-idp:{region}:123456789012:"
            "userpool/{pool_id} because no identity-based policy allows the cognito-idp:{operation} action"
        ),
        400,
    ),
    FaultKind.EXPIRED_TOKEN: (
        "ExpiredTokenException",
        "The security token included in the request is expired",
        400,
    ),
    FaultKind.POOL_NOT_FOUND: ("ResourceNotFoundException", "User pool {pool_id} does not exist.", 400),
}

ONLY_AFTER = frozenset({FaultKind.TRUNCATE, FaultKind.GARBAGE})
"""These spoil an answer, so the call has had its effect."""

HANG_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule and what it does.

    A call matches by `operation` and `usernames` (unset: any), then by chance. The rule strikes
    matching calls number `first` and on, `times` of them (unset: all). `after_effect` lets the call
    take effect and spoils only its answer. `seconds` is how long a hang lasts; unset means until
    released. After a hang the call goes on as if nothing had been. `code`, `message` and `status`
    are for REFUSE.
    """

    kind: FaultKind
    operation: str | None = None
    usernames: frozenset[str] | None = None
    probability: float = 1.0
    first: int = 1
    times: int | None = None
    after_effect: bool = False
    seconds: float | None = None
    code: str = "InvalidParameterException"
    message: str = "Refused by a fault rule"
    status: int = 400

    def is_about(self, operation: str, names: frozenset[str]) -> bool:
        if self.operation is not None and self.operation != operation:
            return False
        return self.usernames is None or not self.usernames.isdisjoint(names)

    def refusal(self, operation: str, region: str, pool_id: str) -> CognitoError | None:
        """The error that this kind of fault answers with, if it answers at all."""
        if self.kind is FaultKind.REFUSE:
            return CognitoError(self.code, self.message, self.status)
        if self.kind not in REFUSALS:
            return None
        code, message, status = REFUSALS[self.kind]
        return CognitoError(code, message.format(operation=operation, region=region, pool_id=pool_id), status)


class ArmedFault:
    """A fault rule in force. `struck` counts the calls it hit so far."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.struck = 0
        self.matched = 0
        self._released = threading.Event()
        self._struck_now = threading.Condition()

    def strike(self) -> None:
        with self._struck_now:
            self.struck += 1
            self._struck_now.notify_all()

    def wait_struck(self, times: int = 1, timeout_seconds: float = 10.0) -> bool:
        """Waits until the rule has hit `times` calls; whether it has."""
        with self._struck_now:
            return self._struck_now.wait_for(lambda: self.struck >= times, timeout_seconds)

    def release(self) -> None:
        """Lets its hanging calls go on, and hangs no more."""
        self._released.set()

    def wait_released(self, seconds: float | None, stopping: threading.Event) -> bool:
        """Waits out a hang; whether `stopping` ended it."""
        ends_at = None if seconds is None else time.monotonic() + seconds
        while not self._released.is_set() and (ends_at is None or time.monotonic() < ends_at):
            if stopping.wait(HANG_POLL_SECONDS):
                return True
        return stopping.is_set()


class Faults:
    """The rules in force; the first that strikes a call wins. Safe to change while calls run."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._lock = threading.Lock()
        self._armed: tuple[ArmedFault, ...] = ()

    def add(self, fault: Fault) -> ArmedFault:
        armed = ArmedFault(fault)
        with self._lock:
            self._armed = (*self._armed, armed)
        return armed

    def remove(self, armed: ArmedFault) -> None:
        with self._lock:
            self._armed = tuple(other for other in self._armed if other is not armed)
        armed.release()

    def clear(self) -> None:
        """Drops all rules and lets hanging calls go on."""
        with self._lock:
            armed, self._armed = self._armed, ()
        for one in armed:
            one.release()

    def release(self) -> None:
        """Lets all hanging calls go on; the rules stay."""
        for one in self.armed:
            one.release()

    @property
    def armed(self) -> tuple[ArmedFault, ...]:
        return self._armed

    def striking(
        self, operation: str, names: frozenset[str], *, only_by_name: bool = False
    ) -> ArmedFault | None:
        """The rule that strikes this call, if one does; it counts as struck.

        `only_by_name`: rules for any operation do not.
        """
        if not self._armed:
            return None
        with self._lock:
            armed = [one for one in self._armed if one.fault.operation or not only_by_name]
            struck = next((one for one in armed if self._strikes(one, operation, names)), None)
        if struck is not None:
            struck.strike()
        return struck

    def _strikes(self, armed: ArmedFault, operation: str, names: frozenset[str]) -> bool:
        fault = armed.fault
        if not fault.is_about(operation, names) or self._rng.random() >= fault.probability:
            return False
        armed.matched += 1
        past_first = armed.matched - fault.first
        return past_first >= 0 and (fault.times is None or past_first < fault.times)
