"""A process that has imported the whole command, and forks one off for each that a test asks for.

A script, with the number of the socket on which it is asked. It ends when nobody holds the other end.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import struct
import sys
import time
import warnings
from dataclasses import dataclass
from typing import Any

LENGTH = struct.Struct("!I")
NUMBER = struct.Struct("!i")
"""What is told on a command's own socket: first its process id, in the end how it ended, as Popen has it."""

STREAMS = (0, 1, 2)
FDS = len(STREAMS) + 1

LEFT_OUT = ("bulkreset.simulator", "bulkreset.__main__")
"""What few commands import, and what is run."""

THEIRS = ("boto3", "botocore.httpsession", "pandas", "pyarrow.parquet", "pyrage", "rich.live", "structlog")


@dataclass(frozen=True, slots=True)
class Asked:
    """A command: its arguments and surroundings, its streams, and where to tell of it."""

    arguments: list[str]
    folder: str
    environ: dict[str, str]
    streams: list[int]
    told: socket.socket


def import_all() -> None:
    """Import whatever a command may."""
    package = importlib.import_module("bulkreset")
    names = [module.name for module in pkgutil.walk_packages(package.__path__, "bulkreset.")]
    for name in (*names, *THEIRS):
        if not name.startswith(LEFT_OUT):
            importlib.import_module(name)


def serve(asks: socket.socket) -> Asked | None:
    """Fork for each command that is asked for. Returns it in its own process, and None once nobody asks."""
    ended, wakes = socket.socketpair()
    for end in (ended, wakes):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes.fileno())
    under_way: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([asks, ended], [], [])
        if ended in ready:
            ended.recv(4096)
            tell_of_ended(under_way)
        if asks in ready:
            asked = received(asks)
            if asked is None:
                return None
            process = forked()
            if not process:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for one in (asks, ended, wakes, *under_way.values()):
                    one.close()
                return asked
            for stream in asked.streams:
                os.close(stream)
            under_way[process] = asked.told


def forked() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy has threads, which wait for work that only their owner gives
        return os.fork()


def received(asks: socket.socket) -> Asked | None:
    head, fds, _, _ = socket.recv_fds(asks, LENGTH.size, FDS)
    if not head:
        return None
    body = asks.recv(LENGTH.unpack(head)[0], socket.MSG_WAITALL)
    asked: dict[str, Any] = json.loads(body)
    return Asked(**asked, streams=fds[:-1], told=socket.socket(fileno=fds[-1]))


def tell_of_ended(under_way: dict[int, socket.socket]) -> None:
    for process in list(under_way):
        number, status = os.waitpid(process, os.WNOHANG)
        if number:
            with under_way.pop(process) as told, contextlib.suppress(OSError):  # nobody may ask for it
                told.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))


def become(asked: Asked) -> None:
    """Turn this process into what was asked for, in a process group of its own."""
    os.setsid()
    for number, stream in zip(STREAMS, asked.streams, strict=True):
        os.dup2(stream, number)
        os.close(stream)
    asked.told.sendall(NUMBER.pack(os.getpid()))
    asked.told.close()
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environ)
    time.tzset()
    sys.path[0] = asked.folder
    sys.argv = ["bulkreset", *asked.arguments]


if __name__ == "__main__":
    import_all()
    gc.collect()
    gc.freeze()
    asked = serve(socket.socket(fileno=int(sys.argv[1])))
    if asked is not None:
        become(asked)
        runpy.run_module("bulkreset", run_name="__main__", alter_sys=True)
