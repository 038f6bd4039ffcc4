"""A rehearsal told: before it, step by step, and at its end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from bulkreset.flow.rehearsal.rehearse import Rehearsal
from bulkreset.flow.rehearsal.steps import Step, Walked


def opening_text(ready: Rehearsal) -> Iterator[str]:
    """What is going to happen, and to whom."""
    yield f"canary {ready.user.username}: {ready.user.summary}"
    yield f"pool   {ready.pool.pool_id} ({ready.pool.name}), app client {ready.asked.client_id}"
    for walk in ready.walks:
        yield f"walk   {walk.name}: {walk.summary}"
    yield "The canary loses its password and its sessions, gets real messages, and is billed as active."


def step_text(walk: str, step: Step) -> Iterator[str]:
    called = step.called or "nothing was called"
    yield f"{'ok    ' if step.passed else 'FAILED'} {walk}: {step.name} ({called})"
    if step.user_sees:
        yield f"         the user sees: {step.user_sees}"
    if step.app_must:
        yield f"         the app must: {step.app_must}"
    if not step.passed:
        told = ": ".join(text for text in (step.code, step.message) if text)
        yield f"         {told}"
        if step.advice:
            yield f"         what to do: {step.advice}"


def ended_text(walked: Sequence[Walked], *, knows_password: bool) -> Iterator[str]:
    failed = [one.walk for one in walked if not one.passed]
    if failed:
        yield f"failed: {', '.join(failed)}; nobody but the canary was touched"
        yield "the canary is left as the last step left it: see `bulkreset user show`"
        return
    yield f"passed: {', '.join(one.walk for one in walked)}"
    if knows_password:
        yield "the canary has the new password that was given"
    else:
        yield "nobody knows the canary's password now: it comes back by “forgot password”"


def unkept_text(walked: Sequence[Walked]) -> Iterator[str]:
    """What an environment that wants rehearsals will not see."""
    for one in walked:
        if one.unkept:
            yield f"how {one.walk} went could not be kept, so it does not count: {one.unkept}"


def result_json(ready: Rehearsal, walked: Sequence[Walked]) -> str:
    told = {
        "passed": all(one.passed for one in walked),
        "pool_id": ready.pool.pool_id,
        "client_id": ready.asked.client_id,
        "user": ready.user.username,
        "walks": [one.as_json() for one in walked],
    }
    return json.dumps(told, ensure_ascii=False)
