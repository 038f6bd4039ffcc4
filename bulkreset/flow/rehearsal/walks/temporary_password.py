"""temporary-password: the user signs in with one, replaces it, and ends every session."""

from __future__ import annotations

from collections.abc import Iterator

from bulkreset.flow.rehearsal.stage import Stage
from bulkreset.flow.rehearsal.steps import Step, Walk


def _steps(stage: Stage) -> Iterator[Step]:
    given = stage.administrator.gives(stage.make(), permanent=False)
    yield given.step
    asked = stage.is_asked_for_a_new_password(given.value)
    yield asked.step
    chosen = stage.make()
    signed_in = stage.answers(asked.value, chosen)
    yield signed_in.step
    final = stage.final()
    yield stage.changes(signed_in.value, chosen, final)
    yield stage.signs_out_everywhere(signed_in.value)
    yield stage.is_dead("the tokens from before are dead", signed_in.value)
    yield stage.signs_in("signing in with the new password", final).step


WALK = Walk(
    "temporary-password",
    "the user signs in with a temporary password and replaces it",
    frozenset({"set-temporary-password", "resend-invitation"}),
    _steps,
)
