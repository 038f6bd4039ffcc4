"""Each command that a message names exists, with the options that it names: people paste them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bulkreset.cli.main import cli

SOURCES = sorted((Path(__file__).parents[2] / "bulkreset").rglob("*.py"))
INLINE = re.compile(r"`bulkreset ([^`]*)`")
FILLED = "FILLED"


def texts(path: Path) -> Iterator[str]:
    """Every text of a module, with a word in place of whatever is filled in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else FILLED for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def named() -> list[tuple[str, str]]:
    found = {
        (path.stem, " ".join(line.split()))
        for path in SOURCES
        for text in texts(path)
        for line in INLINE.findall(text)
        if not line.startswith((FILLED, "{"))
    }
    return sorted(found)


@pytest.mark.parametrize(("module", "line"), named())
def test_a_command_in_a_message_exists_with_its_options(module, line):
    words, command = line.split(), cli
    while isinstance(command, click.Group) and words:
        name, *words = words
        context = click.Context(command)
        assert name in command.list_commands(context), f"{module} names a command that there is not: {name}"
        command = command.get_command(context, name)
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= options


def test_messages_name_commands():
    assert len(named()) > 30


COMMAND = re.compile(r"bulkreset [a-z-]+ [^`;]*")
FILLING = re.compile(r"\{([^}]*)\}")
A_PATH = re.compile(r"(^|[._])(path|run|folder|out|job|file)$")


def fillings(path: Path) -> Iterator[str]:
    """What is filled into each command that a text of a module names, as it stands in the source."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
                for part in node.values
            )
            for command in COMMAND.findall(text):
                yield from FILLING.findall(command)


def test_paths_in_commands_are_quoted():
    bare = [
        f"{path.name}: {filled}" for path in SOURCES for filled in fillings(path) if A_PATH.search(filled)
    ]
    assert bare == [], "a path with a space makes another command of it: use bulkreset.shell.quoted"


def test_a_path_that_is_not_quoted_is_found(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        '(f"see `bulkreset users "\nf"--environment {its.environment_path}`")', encoding="utf-8"
    )
    assert [filled for filled in fillings(module) if A_PATH.search(filled)] == ["its.environment_path"]
