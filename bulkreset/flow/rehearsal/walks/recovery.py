"""recovery: the user does not know the password, as after a scramble, and asks for a code."""

from __future__ import annotations

from collections.abc import Iterator

from bulkreset.flow.rehearsal.stage import Stage
from bulkreset.flow.rehearsal.steps import Step, Walk


def _steps(stage: Stage) -> Iterator[Step]:
    given = stage.administrator.gives(stage.make(), permanent=True)
    yield given.step
    yield stage.signs_in("signing in, to see that the app client works", given.value).step
    yield stage.asks_for_a_code().step
    new = stage.final()
    yield stage.uses_the_code(new)
    yield stage.signs_in("signing in with the new password", new).step


WALK = Walk(
    "recovery",
    "the user asks for a code by “forgot password”",
    frozenset({"scramble-password"}),
    _steps,
    takes_code=True,
)
