"""Types the commands of a page, one after the other, into a shell of its world."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial

from walking.page import Page, Typed
from walking.rules import Rule, Walkthrough, file_of
from walking.shell import converse
from walking.shown import is_as_shown
from walking.world import World


class Walk:
    def __init__(self, walkthrough: Walkthrough, page: Page, world: World) -> None:
        self._walkthrough = walkthrough
        self._page = page
        self._world = world

    def to_the_end(self) -> None:
        self._walkthrough.begin(self._world)
        for typed in self._page.typed():
            rule = self._walkthrough.rule_of(typed)
            if rule.left_out and not rule.instead:
                continue
            _do(rule.before, self._world)
            self._take(typed, rule)
            _do(rule.after, self._world)
        _do(self._walkthrough.end, self._world)
        self._world.let_end()

    def _take(self, typed: Typed, rule: Rule) -> None:
        text = self._filled(self._at_hand(typed, rule))
        if rule.goes_on:
            self._world.leave_going(text, lambda code, said: self._judge(typed, rule, code, said))
        elif rule.answers:
            answers = [(words, partial(_of, self._world, keys)) for words, keys in rule.answers]
            code, said = converse(self._world.shell, text, answers)
            self._world.heard(said)
            self._judge(typed, rule, code, said)
        else:
            code, out, err = self._world.run(text)
            self._judge(typed, rule, code, out + err)
            if typed.shown is not None:
                at = f"{self._page.name}:{typed.line}"
                assert is_as_shown(typed.shown, out), f"{at} shows another output than this:\n{out}"

    def _at_hand(self, typed: Typed, rule: Rule) -> str:
        if not rule.instead:
            return typed.text
        is_here = not rule.left_out and shutil.which(typed.program)
        return typed.text if is_here else rule.instead

    def _filled(self, text: str) -> str:
        """The command with what the reader puts in: DIGEST is that of the last plan."""
        for word, meant in {"DIGEST": World.digest, **self._walkthrough.filled}.items():
            if word in text:
                text = text.replace(word, _of(self._world, meant))
        return text

    def _judge(self, typed: Typed, rule: Rule, code: int, said: str) -> None:
        assert code == rule.exit_code, (
            f"{self._page.name}:{typed.line}: `{typed.in_one_line}` ended with {code}, not {rule.exit_code}. "
            f"Mend the page, or say in {file_of(self._page.name)} what its reader does before, "
            f"or Rule({typed.in_one_line!r}, exit_code={code}, because=WORDS OF THE PAGE). It said:\n{said}"
        )


def _do(hook: Callable[[World], None] | None, world: World) -> None:
    if hook is not None:
        hook(world)


def _of(world: World, meant: str | Callable[[World], str]) -> str:
    return meant if isinstance(meant, str) else meant(world)
