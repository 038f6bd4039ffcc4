"""docs/troubleshooting.md names every code that a row or a run may end with, and messages as they are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from walking.page import Page

from bulkreset import errors
from bulkreset.cognito.answers import RUN_REFUSED_CODES
from bulkreset.goals.base import DecisionKind, Ruling
from bulkreset.goals.registry import goals
from bulkreset.planning.reasons import DUPLICATE_ROW, INVALID

ROOT = Path(__file__).parents[2]
PAGE = Page.at(ROOT, "docs/troubleshooting.md")


def named(head):
    return {name for cell in PAGE.column(head) for name in cell.split(", ")}


def reasons_of_rows_not_done():
    yield from (INVALID, DUPLICATE_ROW)
    for rule in (rule for goal in goals().values() for rule in goal.rules):
        rulings = (rule.then,) if isinstance(rule.then, Ruling) else rule.then.values()
        for ruling in rulings:
            if ruling.kind is not DecisionKind.DO:
                yield ruling.reason or rule.reason


def texts_of_the_code():
    """Every string of the code; a place that is filled in is a blank."""
    for path in (ROOT / "bulkreset").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else " " for part in node.values]
                yield "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_reason_of_a_row_that_is_not_done_is_explained():
    assert named("reason") == set(reasons_of_rows_not_done())


def test_every_code_by_which_aws_ends_a_run_is_explained():
    assert named("code") == RUN_REFUSED_CODES


def test_every_exit_code_but_that_of_success_has_a_part():
    classes = [errors.BulkresetError, *errors.BulkresetError.__subclasses__()]
    codes = {one.exit_code for one in classes} | {errors.EXIT_SOME_ROWS_NOT_DONE}
    assert {int(code) for code in re.findall(r"^## Exit code (\d+)", PAGE.text, re.MULTILINE)} == codes


def test_messages_are_quoted_as_the_code_has_them():
    texts = [text.replace("`", "") for text in texts_of_the_code()]
    assert [quoted for quoted in named("it says") if not any(quoted in text for text in texts)] == []
