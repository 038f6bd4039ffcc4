"""reset: an administrator resets the password, and the user comes back by the code."""

from __future__ import annotations

from collections.abc import Iterator

from bulkreset.flow.rehearsal.stage import Stage
from bulkreset.flow.rehearsal.steps import Step, Walk


def _steps(stage: Stage) -> Iterator[Step]:
    given = stage.administrator.gives(stage.make(), permanent=True)
    yield given.step
    before = stage.signs_in("signing in, to see that the app client works", given.value)
    yield before.step
    yield stage.administrator.resets().step
    if stage.administrator.signs_out:
        yield stage.is_dead("the tokens from before the reset are dead", before.value)
    yield stage.is_asked_for_a_code(given.value)
    new = stage.final()
    yield stage.uses_the_code(new)
    yield stage.signs_in("signing in with the new password", new).step


WALK = Walk(
    "reset",
    "the password is reset, and the user comes back by the code",
    frozenset({"reset-password"}),
    _steps,
    takes_code=True,
)
