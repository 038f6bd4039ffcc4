"""permanent-password: the user signs in with the password that was handed over, and changes it."""

from __future__ import annotations

from collections.abc import Iterator

from bulkreset.flow.rehearsal.stage import Stage
from bulkreset.flow.rehearsal.steps import Step, Walk


def _steps(stage: Stage) -> Iterator[Step]:
    given = stage.administrator.gives(stage.make(), permanent=True)
    yield given.step
    signed_in = stage.signs_in("signing in with the password that was handed over", given.value)
    yield signed_in.step
    final = stage.final()
    yield stage.changes(signed_in.value, given.value, final)
    yield stage.signs_in("signing in with the new password", final).step


WALK = Walk(
    "permanent-password",
    "the user signs in with the password that was handed over",
    frozenset({"set-permanent-password"}),
    _steps,
)
