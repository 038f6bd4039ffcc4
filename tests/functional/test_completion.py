"""Shells complete commands, options, formats and files, by the scripts that `bulkreset completion` prints."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest
from click.testing import CliRunner
from terminal import Terminal

from bulkreset.cli.completion import PLACES
from bulkreset.cli.main import COMMANDS, cli
from bulkreset.cli.offered import PARTS

BASH = """
source <(bulkreset completion bash)
COMP_WORDS=({words})
COMP_CWORD={number}
_bulkreset_completion bulkreset
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def shell(tmp_path):
    """A folder with some files, and the command on the path."""
    programs = tmp_path / "programs"
    programs.mkdir()
    program = programs / "bulkreset"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -W error -m bulkreset "$@"\n')
    program.chmod(0o755)
    folder = tmp_path / "desk"
    (folder / "nights").mkdir(parents=True)
    for name in ("incident.run", "drip.run", "job.yaml", "users.csv", "nights/first night.run"):
        (folder / name).touch()
    environ = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}

    def run(*line, **more):
        done = subprocess.run(
            line, cwd=folder, env=environ | more, capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stderr == ""
        return done.stdout.splitlines()

    return run


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.close()


@pytest.fixture
def completed(shell):
    def completed(line):
        words = line.split(" ")
        return shell(
            "bash", "-c", BASH.format(words=" ".join(map(shlex.quote, words)), number=len(words) - 1)
        )

    return completed


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("bulkreset ret", ["retry"]),
        ("bulkreset show ", ["drip.run", "incident.run"]),
        ("bulkreset show nights/", ["nights/first night.run"]),
        ("bulkreset plan j", ["job.yaml"]),
        ("bulkreset show incident.run --format c", ["csv"]),
        ("bulkreset user sign-", ["sign-out", "sign-in"]),
        ("bulkreset schema ", ["job", "environment", "notification"]),
        ("bulkreset watch --ev", ["--every"]),
        ("bulkreset rate incident.run --share UserTo", [f"UserToken={part}" for part in PARTS]),
        ("bulkreset nothing-like-it x", [""]),
    ],
)
def test_bash_completes(completed, line, offered):
    assert completed(line) == offered


def test_bash_completes_every_command_and_nothing_else(completed):
    assert completed("bulkreset ") == list(COMMANDS)


def test_the_other_shells_are_answered_in_their_own_way(shell):
    asked = {"_BULKRESET_COMPLETE": "zsh_complete", "COMP_WORDS": "bulkreset ret", "COMP_CWORD": "1"}
    assert shell("bulkreset", **asked) == ["plain", "retry", COMMANDS["retry"]]
    asked = {"_BULKRESET_COMPLETE": "fish_complete", "COMP_WORDS": "bulkreset ret", "COMP_CWORD": "ret"}
    assert shell("bulkreset", **asked) == [f"plain,retry\t{COMMANDS['retry']}"]


@pytest.mark.parametrize("name", PLACES)
def test_each_script_says_where_it_goes_and_the_help_does(name):
    printed = CliRunner().invoke(cli, ["completion", name]).output
    assert printed.splitlines()[-1] == f"# {PLACES[name]}"
    assert PLACES[name] in CliRunner().invoke(cli, ["completion", "--help"]).output


def test_completing_commands_imports_none_of_them(shell):
    asked = {"_BULKRESET_COMPLETE": "bash_complete", "COMP_WORDS": "bulkreset s", "COMP_CWORD": "1"}
    code = (
        "import sys; from bulkreset.cli.main import cli\n"
        "try: cli.main(prog_name='bulkreset')\n"
        "except SystemExit: print(sorted(name for name in sys.modules if name.startswith('bulkreset.')))"
    )
    *_, imported = shell(sys.executable, "-c", code, **asked)
    assert imported == str(["bulkreset.cli", "bulkreset.cli.lazy", "bulkreset.cli.main", "bulkreset.errors"])


def test_bash_quotes_a_file_whose_name_has_a_blank(shell, terminal):
    (prepared,) = shell("bash", "-c", 'echo "$PATH"')
    folder = shell("pwd")[0]
    bash = subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-i"],  # noqa: S607 - whichever bash people have
        cwd=folder,
        env={**os.environ, "PATH": prepared, "PS1": "$ ", "TERM": "dumb", "HISTFILE": ""},
        start_new_session=True,
        **dict.fromkeys(("stdin", "stdout", "stderr"), terminal.there),
    )
    try:
        terminal.type("source <(bulkreset completion bash); echo rea''dy\n")
        terminal.wait_for("ready\r\n")
        terminal.type("bulkreset show nights/fir\t")
        terminal.wait_for("nights/first\\ night.run ")
    finally:
        bash.kill()
        bash.wait()
