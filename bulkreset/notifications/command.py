"""A program of the operator's, started for each notification, with the payload on its standard input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

from bulkreset.notifications.sender import Message, NotSent

TIMEOUT_SECONDS = 10.0

PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
"""Of the environment only this: the credentials of the run are none of the program's business."""


class CommandSender:
    """What the program prints is dropped. Where it hangs, its whole process group is killed."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str] = os.environ) -> None:
        self._command = tuple(command)
        self._environ = {name: environ[name] for name in PASSED_ON if name in environ}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_abandoned = False

    @property
    def name(self) -> str:
        return f"command {self._command[0]}"

    def ready(self) -> None: ...

    def send(self, message: Message) -> None:
        process = self._started(str(message.payload["kind"]))
        try:
            process.communicate(json.dumps(message.payload).encode(), TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            process.wait()
            raise NotSent(f"it did not end within {TIMEOUT_SECONDS:g} s") from None
        finally:
            with self._lock:
                self._process = None
        if process.returncode:
            raise NotSent(f"it ended with code {process.returncode}")

    def abandon(self) -> None:
        with self._lock:
            self._is_abandoned = True
            process = self._process
        if process is not None and process.poll() is None:
            _kill_group(process)

    def _started(self, kind: str) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._is_abandoned:
                raise NotSent("the run ended first")
            try:
                self._process = subprocess.Popen(  # noqa: S603 - the operator's own program, without a shell
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**self._environ, "BULKRESET_KIND": kind},
                    start_new_session=True,
                )
            except OSError as error:
                raise NotSent(f"it cannot be started: {error.strerror}") from None
            return self._process


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
