"""The way for another process to steer a running simulator: JSON under /_simulator/.

GET state · GET outbox · POST faults (one rule or a list) · DELETE faults · POST release ·
POST users {pool_id, username, …changes} · POST quotas {category: rate or null} ·
POST other-traffic {category: calls per second} · DELETE counters · GET account ·
POST account {section: {name: value}}
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol, Unpack, cast

from bulkreset.errors import InputError
from bulkreset.simulator.account import Account
from bulkreset.simulator.calls import HttpAnswer, HttpRequest, json_bytes
from bulkreset.simulator.counters import Counters
from bulkreset.simulator.faults import Fault, FaultKind, Faults
from bulkreset.simulator.outbox import Outbox
from bulkreset.simulator.quotas import Quotas
from bulkreset.simulator.seeding import UserChanges
from bulkreset.simulator.states import SimulatedUser

CONTROL_PATH = "/_simulator/"
USER_NAMES = frozenset({"pool_id", "username"})


class Steered(Protocol):
    """What of a simulator can be steered."""

    account: Account
    quotas: Quotas
    faults: Faults
    counters: Counters

    @property
    def outbox(self) -> Outbox: ...
    def set_user(self, pool_id: str, name: str, **changes: Unpack[UserChanges]) -> SimulatedUser: ...


def fault_from_json(described: dict[str, Any]) -> Fault:
    """Raises InputError for an unknown kind or field."""
    fields = dict(described)
    if (usernames := fields.get("usernames")) is not None:
        if not isinstance(usernames, list):
            raise InputError("usernames of a fault rule has to be a list")
        fields["usernames"] = frozenset(usernames)
    try:
        return Fault(**{**fields, "kind": FaultKind(fields["kind"])})
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"not a fault rule: {described} ({error})") from error


class Control:
    """Answers the steering requests."""

    def __init__(self, simulator: Steered) -> None:
        self._simulator = simulator
        self._routes: dict[tuple[str, str], Callable[[Any], object]] = {
            ("GET", "state"): self._state,
            ("GET", "outbox"): self._outbox,
            ("POST", "faults"): self._add_faults,
            ("DELETE", "faults"): self._clear_faults,
            ("POST", "release"): self._release,
            ("POST", "users"): self._set_user,
            ("POST", "quotas"): self._set_quotas,
            ("POST", "other-traffic"): self._set_other_traffic,
            ("DELETE", "counters"): self._clear_counters,
            ("GET", "account"): self._account,
            ("POST", "account"): self._change_account,
        }

    def answer(self, request: HttpRequest) -> HttpAnswer:
        route = self._routes.get((request.method, request.path.removeprefix(CONTROL_PATH)))
        if route is None:
            return _answer(404, {"error": f"no {request.method} {request.path}"})
        try:
            return _answer(200, route(json.loads(request.body or b"null")))
        except (InputError, KeyError, TypeError, ValueError, AttributeError) as error:
            return _answer(400, {"error": str(error)})

    def _state(self, _body: object) -> object:
        return {
            "counters": self._simulator.counters.as_json(),
            "outbox": self._outbox(None),
            "quotas": self._simulator.quotas.rates(),
            "faults": [
                {"kind": str(armed.fault.kind), "operation": armed.fault.operation, "struck": armed.struck}
                for armed in self._simulator.faults.armed
            ],
        }

    def _outbox(self, _body: object) -> object:
        return [message.as_json() for message in self._simulator.outbox.messages]

    def _add_faults(self, body: object) -> object:
        faults = [fault_from_json(_mapping(one)) for one in (body if isinstance(body, list) else [body])]
        for fault in faults:
            self._simulator.faults.add(fault)
        return {"added": len(faults)}

    def _clear_faults(self, _body: object) -> object:
        self._simulator.faults.clear()
        return {}

    def _release(self, _body: object) -> object:
        self._simulator.faults.release()
        return {}

    def _set_user(self, body: object) -> object:
        asked = _mapping(body)
        changes = cast(UserChanges, {name: value for name, value in asked.items() if name not in USER_NAMES})
        user = self._simulator.set_user(asked["pool_id"], asked["username"], **changes)
        return {"username": user.username, "status": user.status, "enabled": user.enabled}

    def _set_quotas(self, body: object) -> object:
        for category, rate in _mapping(body).items():
            self._simulator.quotas.set_rate(category, rate)
        return self._simulator.quotas.rates()

    def _set_other_traffic(self, body: object) -> object:
        for category, rate in _mapping(body).items():
            self._simulator.quotas.set_other_traffic(category, rate)
        return {}

    def _account(self, _body: object) -> object:
        return self._simulator.account.as_json()

    def _change_account(self, body: object) -> object:
        self._simulator.account.change(_mapping(body))
        return self._account(None)

    def _clear_counters(self, _body: object) -> object:
        self._simulator.counters.clear()
        return {}


def _mapping(body: object) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise InputError("the body has to be a JSON object")
    return body


def _answer(status: int, value: object) -> HttpAnswer:
    return HttpAnswer(status, json_bytes(value), "application/json")
