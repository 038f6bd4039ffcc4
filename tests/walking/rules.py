"""What is special about a command of a page. One without a rule is run as it stands, and ends with 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from walking.page import Page, Typed

if TYPE_CHECKING:
    from walking.world import World

Hook = Callable[["World"], None]

PROGRAMS = ("bulkreset", "aws", "jq", "curl", "zgrep", "mkdir", "touch", "rm", "cp", "cat", "export", ".")
"""Programs that a page may have run here; of any other a rule has to say what becomes of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """For the commands that begin with these words. The rule with most of them counts."""

    words: str
    exit_code: int = 0
    because: str = ""
    """The words of the page which say that it ends with another exit code than 0."""
    left_out: str = ""
    """Why it cannot be run here as it stands."""
    instead: str = ""
    """What is run in its place: if it is left out, or where its program is not on this machine."""
    answers: tuple[tuple[str, str | Callable[[World], str]], ...] = ()
    """It is typed at a terminal: what it asks for, and what is answered."""
    goes_on: bool = False
    """It is left under way while the next ones are typed, as from another terminal."""
    before: Hook | None = None
    """What somebody does who reads the page, or what happens, before it is typed."""
    after: Hook | None = None

    def fits(self, typed: Typed) -> bool:
        return typed.in_one_line.startswith(self.words)


@dataclass(frozen=True, slots=True)
class Walkthrough:
    """How a page is tried: in which world, and what is special about its commands."""

    page: str
    begin: Hook
    """Sets up the pool, the files and the names that the page speaks of."""
    rules: Sequence[Rule] = ()
    filled: dict[str, str | Callable[[World], str]] = field(default_factory=dict)
    """What readers put into the place of a word of the page, beside DIGEST."""
    needs: tuple[str, ...] = ()
    """Programs of the machine without which the page cannot be tried."""
    early: bool = False
    """Whether it takes so long that other tests had better come after it."""
    end: Hook | None = None
    """What is done, and is to hold, once every command was typed."""

    def rule_of(self, typed: Typed) -> Rule:
        fitting = [rule for rule in self.rules if rule.fits(typed)]
        return max(fitting, key=lambda rule: len(rule.words), default=Rule(typed.in_one_line))

    def problems(self, page: Page) -> list[str]:
        """What is not covered by a rule, and rules that say what the page does not."""
        all_typed = page.typed()
        used = [self.rule_of(typed) for typed in all_typed]
        found = [
            f"{page.name}:{typed.line}: nothing is known of the program {typed.program!r}; add a "
            f"Rule({typed.program!r}, left_out=REASON) to {file_of(page.name)}, "
            f"or the program to PROGRAMS if it is on every machine"
            for typed, rule in zip(all_typed, used, strict=True)
            if typed.program not in PROGRAMS and not (rule.left_out or rule.instead)
        ]
        for rule in self.rules:
            if rule not in used:
                found.append(f"{file_of(page.name)}: no command of the page begins with {rule.words!r}")
            if rule.exit_code and not (rule.because and page.says(rule.because)):
                found.append(f"{page.name} does not say {rule.because!r}, why {rule.words!r} ends otherwise")
        return found


def file_of(page: str) -> str:
    """Where the walkthrough of a page is to be."""
    return f"tests/walkthroughs/{Path(page).stem.replace('-', '_').lower()}.py"
