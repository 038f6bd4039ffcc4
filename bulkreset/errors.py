"""The exceptions that end a command. Each class carries the exit code that scripts rely on.

Stages raise these; only the command line prints them and exits. A row that cannot be done is
never an exception: it is a decision or an outcome with a reason code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

EXIT_DONE = 0
EXIT_SOME_ROWS_NOT_DONE = 1

SHOWN_PROBLEMS = 50


class BulkresetError(Exception):
    """Base of everything bulkreset raises on purpose. Raised as such it means a bug."""

    exit_code: ClassVar[int] = 70


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input, placed as exactly as the input allows.

    `line` and `column` count from 1. `advice` says what to write instead.
    """

    message: str
    advice: str = ""
    file: Path | str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}; {self.advice}" if self.advice else text


class InputError(BulkresetError):
    """Bad input or usage. Carries every problem found, so that all can be mended in one go.

    `total` is given when more problems were found than are carried.
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem] | Problem | str, total: int | None = None) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.total = total or len(self.problems)
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        left = self.total - len(lines)
        return "\n".join([*lines, f"… and {left:,} more"] if left > 0 else lines)


class Refused(BulkresetError):
    """The run must not go ahead: preflight, a cap, a digest, an approval, or access."""

    exit_code = 3


class Outdated(Refused):
    """What was planned holds no more: the run can never go on, only be planned anew."""


class Stopped(BulkresetError):
    """The run stopped in order and can be resumed."""

    exit_code = 4


class StoppedOnSchedule(Stopped):
    """The run stopped as its job foresees, until a window opens or a day begins: nothing is wrong."""


class RunBusy(BulkresetError):
    """Another runner holds this run file."""

    exit_code = 5
