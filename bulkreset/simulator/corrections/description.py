"""What moto's descriptions lack: an estimate of users that is one, defaults of a client, the pool's time."""

from __future__ import annotations

import json
from dataclasses import replace

from bulkreset.simulator.calls import Call, HttpAnswer, json_bytes
from bulkreset.simulator.corrections.clients import DEFAULT_SESSION_MINUTES
from bulkreset.simulator.replica import entry_of
from bulkreset.simulator.world import World


def amend_description(world: World, call: Call, answer: HttpAnswer) -> HttpAnswer:
    estimate = world.pool_of(call).estimated_users
    if estimate is None:
        return answer
    described = json.loads(answer.body)
    described["UserPool"]["EstimatedNumberOfUsers"] = estimate
    return replace(answer, body=json_bytes(described))


def amend_client(_world: World, _call: Call, answer: HttpAnswer) -> HttpAnswer:
    described = json.loads(answer.body)
    described["UserPoolClient"].setdefault("AuthSessionValidity", DEFAULT_SESSION_MINUTES)
    return replace(answer, body=json_bytes(described))


def amend_created(world: World, call: Call, answer: HttpAnswer) -> HttpAnswer:
    user = world.pool_of(call).user(str(call.params["Username"]))
    described = json.loads(answer.body)
    listed = entry_of(user)
    described["User"] |= {"UserCreateDate": listed.created_at, "UserLastModifiedDate": listed.modified_at}
    return replace(answer, body=json_bytes(described))
