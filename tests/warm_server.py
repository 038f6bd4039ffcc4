"""A process that has imported the whole command, and forks one off for each that a test asks for.

A script, which is asked on the socket that is its standard input, and ends when nobody holds the other end.
"""

from __future__ import annotations

import atexit
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
from collections import deque
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TextIO

LENGTH = struct.Struct("!I")
NUMBER = struct.Struct("!i")
"""What is told on a command's own socket: first its process id, in the end how it ended, as Popen has it."""

INHERITED = (signal.SIGHUP, signal.SIGQUIT)
"""Signals that a shell or nohup has its background jobs ignore, and Python leaves as they are."""

STREAMS = (0, 1, 2)
FDS = len(STREAMS) + 1

LEFT_OUT = ("bulkreset.simulator", "bulkreset.__main__")
"""What few commands import, and what is run."""

UNTIL_THE_END = ("__main__", "builtins", "io", "linecache", "os", "sys", "threading", "tokenize", "warnings")
"""What an interpreter that ends may still look for, be it to tell of a file that nobody closed."""

THEIRS = ("boto3", "botocore.httpsession", "pandas", "pyarrow.parquet", "pyrage", "rich.live", "structlog")

SERVICES = ("cognito-idp", "sesv2", "s3", "secretsmanager", "service-quotas", "sts")
"""Those that a command asks more often than not, or that are long to describe."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command: what it is started with, the signals it ignores, its streams, and where to tell of it."""

    arguments: list[str]
    folder: str
    environ: dict[str, str]
    ignored: list[int]
    streams: list[int]
    told: socket.socket


def import_all() -> None:
    """Import whatever a command may."""
    package = importlib.import_module("bulkreset")
    names = [module.name for module in pkgutil.walk_packages(package.__path__, "bulkreset.")]
    for name in (*names, *THEIRS):
        if not name.startswith(LEFT_OUT):
            importlib.import_module(name)


def describe_services() -> None:
    """Read what botocore knows of the services, where a command finds it as if it had read it before."""
    known = importlib.import_module("bulkreset.cognito.session")._descriptions(None)
    session = importlib.import_module("botocore.session").Session()
    session.register_component("data_loader", known)
    for service in SERVICES:
        session.create_client(
            service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )


def import_and_spare_all() -> None:
    """Import whatever a command may, and have interpreters end without taking it apart.

    Each would first copy it page by page, which costs several times what a short command does. All else of
    an end takes place: threads are joined, streams flushed, and what the command left open is told.
    """
    spared: dict[str, Any] = {}
    # Called last, as it is registered first. It is one call of C: no thread of a command meets a part of it.
    atexit.register(lambda: deque(map(sys.modules.pop, list(spared), repeat(None)), maxlen=0))
    import_all()
    spared.update((name, module) for name, module in sys.modules.items() if name not in UNTIL_THE_END)
    spared["spared"] = spared  # frozen with itself, it is never let go


def serve(asks: socket.socket) -> Asked | None:
    """Fork for each command that is asked for. Returns it in its own process, and None once nobody asks."""
    under_way: dict[int, socket.socket] = {}
    with ExitStack() as open_here:
        ended, wakes = map(open_here.enter_context, socket.socketpair())
        for end in (ended, wakes):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        open_here.callback(signal.signal, signal.SIGCHLD, signal.SIG_DFL)
        open_here.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(wakes.fileno()))
        open_here.callback(lambda: [told.close() for told in under_way.values()])
        while True:
            ready, _, _ = select.select([asks, ended], [], [])
            if ended in ready:
                ended.recv(4096)
                tell_of_ended(under_way)
            if asks not in ready:
                continue
            asked = received(asks)
            process = forked() if asked is not None else 0
            if asked is None or not process:
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
    (left,) = LENGTH.unpack(head)
    body = b""
    while len(body) < left:  # what a signal interrupts comes in parts
        body += asks.recv(left - len(body))
    asked: dict[str, Any] = json.loads(body)
    return Asked(**asked, streams=fds[:-1], told=socket.socket(fileno=fds[-1]))


def tell_of_ended(under_way: dict[int, socket.socket]) -> None:
    for process in list(under_way):
        number, status = os.waitpid(process, os.WNOHANG)
        if number:
            with under_way.pop(process) as told, suppress(OSError):  # nobody may ask for it
                told.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))


def become(asked: Asked) -> None:
    """Turn this process into what was asked for, in a process group of its own."""
    os.setsid()
    for signal_number in INHERITED:
        signal.signal(signal_number, signal.SIG_IGN if signal_number in asked.ignored else signal.SIG_DFL)
    for number, name, stream in zip(STREAMS, ("stdin", "stdout", "stderr"), asked.streams, strict=True):
        os.dup2(stream, number)
        os.close(stream)
        opened = opened_anew(number, getattr(sys, name))
        setattr(sys, name, opened)
        setattr(sys, f"__{name}__", opened)
    asked.told.sendall(NUMBER.pack(os.getpid()))
    asked.told.close()
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environ)
    time.tzset()
    sys.path[0] = asked.folder
    sys.argv = ["bulkreset", *asked.arguments]


def opened_anew(number: int, before: TextIO) -> TextIO:
    """One of the standard streams, which behaves by what it is now: a pipe, say, and no file."""
    mode = "r" if number == 0 else "w"
    opened = open(number, mode, encoding=before.encoding, errors=before.errors, closefd=False)  # noqa: SIM115 - for as long as the process lives
    opened.reconfigure(line_buffering=number == 2)
    return opened


if __name__ == "__main__":
    import_and_spare_all()
    describe_services()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as asks:
        asked = serve(asks)
    if asked is not None:
        become(asked)
        runpy.run_module("bulkreset", run_name="__main__", alter_sys=True)
