"""Commands that are forked off a process which has imported everything: a tenth of the work of a start.

Everything else of them is as real: a process and a group of its own, its streams, signals and exit code.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from warm_server import INHERITED, LENGTH, NUMBER

SHAPING = ("PYTHON", "LANG", "LC_", "LD_", "MALLOC_")
"""How the names of variables begin that count when an interpreter starts, and not later."""


class Forked:
    """What tests use of a Popen."""

    def __init__(self, arguments: Sequence[str], told: socket.socket) -> None:
        self.args = arguments
        self.returncode: int | None = None
        self._told = told
        self.pid = self._number()

    def poll(self) -> int | None:
        if self.returncode is None and self._has_ended_within(0.0):
            return self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not self._has_ended_within(timeout):
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
            self.returncode = self._number()
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _has_ended_within(self, seconds: float | None) -> bool:
        poll = select.poll()
        poll.register(self._told, select.POLLIN)
        return bool(poll.poll(None if seconds is None else seconds * 1000))

    def _number(self) -> int:
        told = self._told.recv(NUMBER.size, socket.MSG_WAITALL)
        assert told, "the process that forks commands has ended"
        return int(NUMBER.unpack(told)[0])


class WarmServer:
    def __init__(self) -> None:
        self._asks, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self.shaping = shaping(os.environ)
        script = str(Path(__file__).with_name("warm_server.py"))
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", script],
                stdin=theirs,
                start_new_session=True,
            )
        atexit.register(self._end)

    def _end(self) -> None:
        self._asks.close()
        self._process.wait()

    def fork(
        self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str], streams: Sequence[int]
    ) -> Forked:
        asked = {
            "arguments": arguments,
            "folder": str(folder),
            "environ": dict(environ),
            "ignored": [number for number in INHERITED if signal.getsignal(number) == signal.SIG_IGN],
        }
        body = json.dumps(asked).encode()
        told, theirs = socket.socketpair()
        with theirs, self._lock:
            socket.send_fds(self._asks, [LENGTH.pack(len(body))], [*streams, theirs.fileno()])
            self._asks.sendall(body)
        return Forked(arguments, told)


@cache
def warm_server() -> WarmServer:
    """One for this process, as long as it lives."""
    return WarmServer()


def shaping(environ: Mapping[str, str]) -> dict[str, str]:
    """What of the environment an interpreter has to be started with."""
    return {name: value for name, value in environ.items() if name.startswith(SHAPING)}


def begin(
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: Any,
    stdout: Any,
    stderr: Any,
    **others: Any,
) -> Forked | subprocess.Popen[bytes]:
    """The command in a session of its own; everything as Popen takes it.

    It is started anew where that makes a difference: on a terminal, with options of an interpreter in the
    environment, or with anything to be done to the process before it begins.
    """
    told_with = stdout if stderr == subprocess.STDOUT else stderr
    numbers = [_number(stream) for stream in (stdin, stdout, told_with)]
    server = warm_server()
    plain = all(number is not None and not os.isatty(number) for number in numbers)
    if plain and not others and shaping(env) == server.shaping:
        return server.fork(arguments, cwd, env, numbers)
    line = [sys.executable, "-W", "error", "-m", "bulkreset", *arguments]
    streams = {"stdin": stdin, "stdout": stdout, "stderr": stderr}
    return subprocess.Popen(line, cwd=cwd, env=env, **streams, start_new_session=True, **others)


def _number(stream: Any) -> int | None:
    """The descriptor of a stream; None for one that Popen would have to make."""
    if stream == subprocess.DEVNULL:
        return _nowhere()
    number: int = stream if isinstance(stream, int) else stream.fileno()
    return number if number >= 0 else None


@cache
def _nowhere() -> int:
    return os.open(os.devnull, os.O_RDWR)
