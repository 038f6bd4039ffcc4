"""sign-out: every session of the user ends, and the password stays."""

from __future__ import annotations

from collections.abc import Iterator

from bulkreset.flow.rehearsal.stage import Stage
from bulkreset.flow.rehearsal.steps import Step, Walk


def _steps(stage: Stage) -> Iterator[Step]:
    given = stage.administrator.gives(stage.make(), permanent=True)
    yield given.step
    before = stage.signs_in("signing in, to have a session", given.value)
    yield before.step
    yield stage.administrator.signs_out_user().step
    yield stage.is_dead("the tokens from before are dead", before.value)
    again = stage.signs_in("signing in again with the same password", given.value)
    yield again.step
    yield stage.changes(again.value, given.value, stage.final())


WALK = Walk(
    "sign-out",
    "every session ends, and the user signs in again",
    frozenset({"sign-out"}),
    _steps,
    unless=frozenset({"reset-password", "set-temporary-password"}),
)
