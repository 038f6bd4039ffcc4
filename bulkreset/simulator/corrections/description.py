"""What moto leaves out of descriptions: an estimate of users that is one, and defaults of a client."""

from __future__ import annotations

import json
from dataclasses import replace

from bulkreset.simulator.calls import Call, HttpAnswer, json_bytes
from bulkreset.simulator.corrections.clients import DEFAULT_SESSION_MINUTES
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
