"""DescribeUserPool: EstimatedNumberOfUsers is an estimate, which may be far from the truth."""

from __future__ import annotations

import json
from dataclasses import replace

from bulkreset.simulator.calls import Call, HttpAnswer, json_bytes
from bulkreset.simulator.world import World


def amend_description(world: World, call: Call, answer: HttpAnswer) -> HttpAnswer:
    estimate = world.pool_of(call).estimated_users
    if estimate is None:
        return answer
    described = json.loads(answer.body)
    described["UserPool"]["EstimatedNumberOfUsers"] = estimate
    return replace(answer, body=json_bytes(described))
