"""The house stands as .importlinter draws it, and only the command line talks and exits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import bulkreset

PACKAGE = Path(bulkreset.__file__).parent
CONTRACT = PACKAGE.parent / ".importlinter"

SPEAKERS = ("cli", "simulator/__main__.py")
SPEAKING_CALLS = {"print", "input", "exit", "quit", "breakpoint"}
SPEAKING_NAMES = {"SystemExit"}
SPEAKING_ATTRIBUTES = {
    "sys.exit",
    "sys.stdin",
    "sys.stdout",
    "sys.stderr",
    "os._exit",
    "os.abort",
    "click.echo",
}


def _speech(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and spelling of whatever prints, asks or exits."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in SPEAKING_CALLS:
                yield node.lineno, name
            case ast.Name(id=name) if name in SPEAKING_NAMES:
                yield node.lineno, name
            case ast.Attribute(value=ast.Name(id=module), attr=attribute):
                if f"{module}.{attribute}" in SPEAKING_ATTRIBUTES:
                    yield node.lineno, f"{module}.{attribute}"
            case ast.ImportFrom(module=str(module), names=names):
                found = {f"{module}.{alias.name}" for alias in names} & SPEAKING_ATTRIBUTES
                yield from ((node.lineno, name) for name in sorted(found))


def _may_speak(file: str) -> bool:
    return any(file == speaker or file.startswith(f"{speaker}/") for speaker in SPEAKERS)


def test_imports_keep_the_contract(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PACKAGE.parent)
    exit_code = lint_imports(config_filename=str(CONTRACT), no_cache=True)
    assert exit_code == 0, capsys.readouterr().out


def test_only_the_command_line_prints_asks_and_exits() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE).as_posix()
        if not _may_speak(file):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [f"{file}:{line}: {name}" for line, name in _speech(tree)]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "print(1)",
        "input()",
        "sys.exit(1)",
        "sys.stderr.write('x')",
        "click.echo('x')",
        "raise SystemExit",
        "raise SystemExit(3)",
        "from sys import exit, stdout",
        "from click import echo",
        "os._exit(1)",
    ],
)
def test_the_check_sees_every_way_of_speaking(code: str) -> None:
    assert list(_speech(ast.parse(code)))


def test_the_check_leaves_harmless_code_alone() -> None:
    code = "fingerprint(1)\nself.print(1)\nreader.exit()\nsys.platform\nfrom sys import platform"
    assert list(_speech(ast.parse(code))) == []
