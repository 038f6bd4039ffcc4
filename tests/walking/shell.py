"""A shell to type commands into: a real one, with what it exports kept from one command to the next.

`bulkreset` in it is a small program that hands arguments, folder, environment and streams to this process,
which starts the real command with them: pipes, redirections and here-documents are those of the shell.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from command import PATIENCE_SECONDS, Command, Running
from terminal import Terminal

HANDED_ON = r"""#!{python} -IS
import json, os, socket, sys

with socket.socket(socket.AF_UNIX) as door:
    door.connect({door!r})
    asked = {{"arguments": sys.argv[1:], "folder": os.getcwd(), "environ": dict(os.environ)}}
    socket.send_fds(door, [json.dumps(asked).encode() + b"\n"], [0, 1, 2])
    code = int(door.makefile().read() or 70)
os._exit(code if code >= 0 else 128 - code)
"""

KEPT = ". ./{exports}\n{typed}\nended=$?\nexport -p > {exports}\nexit $ended\n"


class Shell:
    def __init__(self, command: Command, folder: Path) -> None:
        """`folder` is for what the shell itself needs."""
        self._command = command
        self._exports = folder / "exports"
        self._exports.touch()
        programs = folder / "programs"
        programs.mkdir()
        door = folder / "door"
        script = programs / "bulkreset"
        script.write_text(HANDED_ON.format(python=sys.executable, door=str(door)), encoding="utf-8")
        script.chmod(0o755)
        paths = [str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]
        self._command.environ |= {"PATH": os.pathsep.join(paths)}
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(door))
        self._listening.listen()
        self._doorkeeper = threading.Thread(target=self._serve, daemon=True)
        self._doorkeeper.start()
        self._started: list[tuple[Running, threading.Thread]] = []

    def type(self, text: str, streams: dict[str, int]) -> subprocess.Popen[bytes]:
        """The command under way. What it exports counts for those typed once it is over."""
        script = KEPT.format(exports=os.path.relpath(self._exports, self._command.folder), typed=text)
        return subprocess.Popen(
            ["bash", "-o", "pipefail", "-c", script],  # noqa: S607 - any bash
            cwd=self._command.folder,
            env=self._command.environ,
            **streams,
        )

    def export(self, variables: Mapping[str, str]) -> None:
        """As if they had been exported by a command."""
        with self._exports.open("a", encoding="utf-8") as file:
            file.writelines(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())

    def signal_going(self, number: int, command: str = "") -> None:
        """To every command of bulkreset, or to all of this name, that is not over yet."""
        for running, waiting in self._started:
            if waiting.is_alive() and command in ("", *running.process.args[:1]):
                with suppress(ProcessLookupError):
                    os.killpg(running.process.pid, number)

    def close(self) -> None:
        # A thread that waits in accept() hears of the end by a call, not by a closed socket.
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(self._listening.getsockname())
        self._doorkeeper.join(PATIENCE_SECONDS)
        self._listening.close()
        self.signal_going(signal.SIGKILL)
        for _, waiting in self._started:
            waiting.join(PATIENCE_SECONDS)

    def _serve(self) -> None:
        while True:
            calling, _ = self._listening.accept()
            body, streams, _, _ = socket.recv_fds(calling, 1 << 20, 3)
            if not body:
                calling.close()
                return
            while not body.endswith(b"\n"):
                body += calling.recv(1 << 20)
            running = self._start(json.loads(body), streams)
            waiting = threading.Thread(target=_tell_how_it_ended, args=(running, calling), daemon=True)
            waiting.start()
            self._started.append((running, waiting))

    def _start(self, asked: dict[str, object], streams: list[int]) -> Running:
        names = ("stdin", "stdout", "stderr")
        options = {"cwd": asked["folder"], "env": asked["environ"], **dict(zip(names, streams, strict=True))}
        running = self._command.start(*asked["arguments"], **options)
        for stream in streams:
            os.close(stream)
        return running


def _tell_how_it_ended(running: Running, calling: socket.socket) -> None:
    """Nobody else waits for the process: who forked it is told of its end once."""
    code = running.process.wait()
    with calling, suppress(BrokenPipeError):
        calling.sendall(str(code).encode())


def converse(shell: Shell, text: str, answers: Iterable[tuple[str, Callable[[], str]]]) -> tuple[int, str]:
    """Type a command at a terminal, and answer what it asks for; returns how it ended, and the screen."""
    terminal, seen = Terminal(), ""
    typed = shell.type(text, dict.fromkeys(("stdin", "stdout", "stderr"), terminal.there))
    try:
        for words, keys in answers:
            terminal.wait_for(words)
            before, terminal.screen = terminal.screen.split(words, 1)
            seen += before + words
            terminal.type(f"{keys()}\n")
        ends_at = time.monotonic() + PATIENCE_SECONDS
        while typed.poll() is None:
            assert time.monotonic() < ends_at, f"`{text}` waits: {seen}{terminal.screen}"
            terminal.read(0.05)
        terminal.read(0.05)
        return typed.returncode, seen + terminal.screen
    finally:
        typed.kill()
        typed.wait()
        terminal.close()
