"""What a rehearsal consists of: steps, each a fact about what the user sees and what the app must handle."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bulkreset.errors import BulkresetError

T = TypeVar("T")
On = TypeVar("On")
"""What steps are taken on: a stage, which this file need not know."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was taken. `code` and `message` are Cognito's, of a step that failed, as is `advice`.

    `called` are Cognito's operations; `user_sees` and `app_must` are for people.
    """

    name: str
    called: str
    passed: bool
    user_sees: str = ""
    app_must: str = ""
    code: str = ""
    message: str = ""
    advice: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "called": self.called,
            "passed": self.passed,
            "user_sees": self.user_sees,
            "app_must": self.app_must,
            "error_code": self.code,
            "message": self.message,
            "advice": self.advice,
        }


@dataclass(frozen=True, slots=True)
class Act(Generic[T]):
    """A step with what it brought. Only a step that passed brings anything."""

    step: Step
    brought: T | None = field(default=None, repr=False)

    @property
    def value(self) -> T:
        if self.brought is None:
            raise BulkresetError(f"the step {self.step.name!r} brought nothing, and was built upon")
        return self.brought


@dataclass(frozen=True, slots=True)
class Walk(Generic[On]):
    """A way that users go. `of_actions` are the actions of a job that lead them there.

    `steps` takes one step at a time; whoever runs it stops at the first that fails. `takes_code`: one of
    them needs the code that was sent. `unless` are actions whose own walks show the same, and more.
    """

    name: str
    summary: str
    of_actions: frozenset[str]
    steps: Callable[[On], Iterator[Step]]
    takes_code: bool = False
    unless: frozenset[str] = frozenset()

    def is_of(self, actions: Collection[str]) -> bool:
        return not self.of_actions.isdisjoint(actions) and self.unless.isdisjoint(actions)


@dataclass(frozen=True, slots=True)
class Walked:
    """How a walk went. `unkept` says why that could not be kept, "" where it was."""

    walk: str
    steps: tuple[Step, ...]
    unkept: str = ""

    @property
    def passed(self) -> bool:
        return bool(self.steps) and all(step.passed for step in self.steps)

    def as_json(self) -> Mapping[str, object]:
        steps = [step.as_json() for step in self.steps]
        return {"walk": self.walk, "passed": self.passed, "kept": not self.unkept, "steps": steps}
