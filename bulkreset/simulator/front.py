"""The way of one request: counted, throttled, delayed, struck by a fault, carried out, answered."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass

from bulkreset.simulator.account.asked import asked_by
from bulkreset.simulator.account.mails import OPERATION as MAIL
from bulkreset.simulator.account.place import Place
from bulkreset.simulator.account.sending_rate import SendingRate
from bulkreset.simulator.account.services import OF_COGNITO, AccountServices
from bulkreset.simulator.account.settings import Account
from bulkreset.simulator.calls import (
    COGNITO_TARGET,
    Call,
    CognitoError,
    Dropped,
    HttpAnswer,
    HttpRequest,
    success,
)
from bulkreset.simulator.corrections import AMENDED, CHECKED, corrected
from bulkreset.simulator.corrections.afterwards import follow_up
from bulkreset.simulator.corrections.replicas import check_replica
from bulkreset.simulator.counters import Counters
from bulkreset.simulator.engine import Moto, credential_scope
from bulkreset.simulator.faults import ONLY_AFTER, REFUSALS, ArmedFault, FaultKind, Faults
from bulkreset.simulator.quotas import RATE_EXCEEDED, Quotas, category_of
from bulkreset.simulator.world import World

HTTP_OK = 200
EXPIRED = CognitoError(*REFUSALS[FaultKind.EXPIRED_TOKEN]).answer()


@dataclass(frozen=True, slots=True)
class Latency:
    """Half of it passes before a call has its effect, half after."""

    seconds: float
    jitter_seconds: float
    rng: random.Random

    def draw(self) -> float:
        if not self.jitter_seconds:
            return self.seconds
        return max(0.0, self.seconds + self.rng.uniform(-self.jitter_seconds, self.jitter_seconds))


class Front:
    """Answers requests in front of moto. `stopping` ends every wait; what waited is dropped."""

    def __init__(
        self,
        world: World,
        quotas: Quotas,
        faults: Faults,
        counters: Counters,
        latency: Latency,
        *,
        account: Account,
    ) -> None:
        self.world = world
        self.quotas = quotas
        self.faults = faults
        self.counters = counters
        self.stopping = threading.Event()
        self._latency = latency
        self._moto = Moto()
        self._account = AccountServices(Place(account, world, quotas, self._moto, SendingRate()))

    def handle(self, request: HttpRequest) -> HttpAnswer | Dropped:
        target = request.headers.get("x-amz-target", "")
        if not target.startswith(COGNITO_TARGET) or target.removeprefix(COGNITO_TARGET) in OF_COGNITO:
            return self._of_account(request)
        if self._account.refuses(request):
            return EXPIRED
        account, region = credential_scope(request)
        try:
            params = json.loads(request.body or b"{}")
        except ValueError:
            params = None
        if not isinstance(params, dict):
            return CognitoError("SerializationException", "The request is not a JSON object").answer()
        call = Call(target.removeprefix(COGNITO_TARGET), params, account, region, request)
        return self._answer(call)

    def _of_account(self, request: HttpRequest) -> HttpAnswer | Dropped:
        """A call to another service. Only a fault that names its operation strikes it."""
        asked = asked_by(request)
        if asked.operation == MAIL:
            # It is about a user, so it is counted and struck as a call to Cognito is.
            return self._answer(self._account.mail(asked))
        armed = self.faults.striking(asked.operation, frozenset(), only_by_name=True)
        if armed is None:
            return self._account.answer(request)
        call = Call(asked.operation, dict(asked.params), *credential_scope(request), request)
        if not _after(armed):
            spoiled = self._before_effect(armed, call, "")
            if spoiled is not None:
                return spoiled
        answer = self._account.answer(request)
        return self._after_effect(armed, call, answer) if _after(armed) else answer

    def _answer(self, call: Call) -> HttpAnswer | Dropped:
        self.counters.arrived(call.operation, self.world.clock.monotonic())
        category = category_of(call)
        if not self.quotas.allows(category):
            self.counters.was_throttled(category)
            return self._delayed(RATE_EXCEEDED)
        armed = self.faults.striking(call.operation, self._names(call))
        half = self._latency.draw() / 2
        if self._wait(half):
            return Dropped()
        if armed is not None and not _after(armed):
            spoiled = self._before_effect(armed, call, category)
            if spoiled is not None:
                return spoiled
        answer = self._effect(call)
        if armed is not None and _after(armed):
            return self._after_effect(armed, call, answer)
        return Dropped() if self._wait(half) else answer

    def _before_effect(self, armed: ArmedFault, call: Call, category: str) -> HttpAnswer | Dropped | None:
        """What a fault makes of a call before its effect; None when the call goes on."""
        match armed.fault.kind:
            case FaultKind.DROP:
                return Dropped()
            case FaultKind.HANG:
                return Dropped() if self._hang(armed) else None
            case kind:
                if kind is FaultKind.THROTTLE and category:
                    self.counters.was_throttled(category)
                return self._refusal(armed, call)

    def _after_effect(self, armed: ArmedFault, call: Call, answer: HttpAnswer) -> HttpAnswer | Dropped:
        """What a fault makes of the answer to a call that took effect."""
        match armed.fault.kind:
            case FaultKind.DROP:
                return Dropped()
            case FaultKind.HANG:
                return Dropped() if self._hang(armed) else answer
            case FaultKind.TRUNCATE:
                body = answer.body if len(answer.body) > 1 else b"  "
                return HttpAnswer(answer.status, body, sent_bytes=len(body) // 2)
            case FaultKind.GARBAGE:
                return HttpAnswer(answer.status, b"<html>Bad gateway</html>", "text/html")
            case _:
                return self._refusal(armed, call)

    def _refusal(self, armed: ArmedFault, call: Call) -> HttpAnswer:
        pool_id = str(call.params.get("UserPoolId", ""))
        refusal = armed.fault.refusal(call.operation, call.region, pool_id)
        if refusal is None:
            raise ValueError(f"a fault of kind {armed.fault.kind} has no answer of its own")
        return refusal.answer()

    def _effect(self, call: Call) -> HttpAnswer:
        with self.world.lock:
            try:
                answer = self._carried_out(call)
            except CognitoError as error:
                return error.answer()
            if answer.status == HTTP_OK:
                concerned = self.world.concerned(call)
                username = concerned[1].username if concerned else call.name_given
                self.counters.took_effect(call.operation, username)
            return answer

    def _carried_out(self, call: Call) -> HttpAnswer:
        if call.operation == MAIL:
            return self._account.answer(call.request)
        check_replica(self.world, call)
        operation = corrected(call)
        if operation is not None:
            return success(operation(self.world, call))
        if call.operation in CHECKED:
            CHECKED[call.operation](self.world, call)
        answer = self._moto.answer(call.request)
        if answer.status == HTTP_OK:
            follow_up(self.world, call)
            if call.operation in AMENDED:
                return AMENDED[call.operation](self.world, call, answer)
        return answer

    def _names(self, call: Call) -> frozenset[str]:
        """What fault rules may call the user of this call by."""
        if not self.faults.armed:
            return frozenset()
        with self.world.lock:
            concerned = self.world.concerned(call)
        return frozenset({call.name_given, concerned[1].username if concerned else call.name_given})

    def _delayed(self, answer: HttpAnswer) -> HttpAnswer | Dropped:
        return Dropped() if self._wait(self._latency.draw()) else answer

    def _hang(self, armed: ArmedFault) -> bool:
        """Waits for the end of a hang; whether the simulator stopped meanwhile."""
        return armed.wait_released(armed.fault.seconds, self.stopping)

    def _wait(self, seconds: float) -> bool:
        """Whether the simulator stopped during the wait."""
        return self.stopping.wait(seconds) if seconds > 0 else self.stopping.is_set()


def _after(armed: ArmedFault) -> bool:
    return armed.fault.after_effect or armed.fault.kind in ONLY_AFTER
