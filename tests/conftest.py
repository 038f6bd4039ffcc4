"""No test talks to anything but this machine, and none finds real credentials.

Sockets refuse every other address in this process. Commands that a test starts inherit a proxy that
refuses, and an AWS configuration that is empty but for keys that open nothing.
"""

from __future__ import annotations

import fcntl
import ipaddress
import itertools
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

NOBODY = "http://127.0.0.1:9"
"""The discard port, where nothing listens."""

HERE = "localhost,127.0.0.1,::1"

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]

os.environ |= {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "no-secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOBODY),
    **dict.fromkeys(("NO_PROXY", "no_proxy"), HERE),
}

STATE_HOMES = Path(tempfile.mkdtemp(prefix="bulkreset-tests-"))
"""Where runs find what they share with others, by default: a place of its own for each test."""

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")


class TrafficRefused(Exception):
    """A test tried to reach another machine."""


def is_here(host: object) -> bool:
    """Whether a host as socket functions take it is this machine itself."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _guarded_by_address(name: str) -> None:
    genuine: Callable[..., Any] = getattr(socket.socket, name)

    def guarded(self: socket.socket, *args: Any) -> Any:
        address = args[-1]
        if isinstance(address, tuple) and not is_here(address[0]):
            raise TrafficRefused(f"socket.{name} to {address[0]}: tests talk to loopback addresses only")
        return genuine(self, *args)

    setattr(socket.socket, name, guarded)


for method in ("connect", "connect_ex", "sendto"):
    _guarded_by_address(method)

_genuine_getaddrinfo = socket.getaddrinfo


def _guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    if not is_here(host):
        raise TrafficRefused(f"a look-up of {host}: tests talk to loopback addresses only")
    return _genuine_getaddrinfo(host, *args, **kwargs)


socket.getaddrinfo = _guarded_getaddrinfo


@pytest.fixture
def traffic_refused() -> type[Exception]:
    """What is raised by an attempt to reach another machine."""
    return TrafficRefused


_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _own_state_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(STATE_HOMES / str(next(_numbers))))


@pytest.fixture(autouse=True, scope="session")
def _no_state_homes_left() -> Iterator[None]:
    yield
    shutil.rmtree(STATE_HOMES, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what the others wait for, and then what they would wait for in the end."""
    items.sort(key=lambda item: ("alone" not in item.keywords, "early" not in item.keywords))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test that is marked `alone` waits for those of the other workers, and they for it."""
    with beside_or_alone(is_alone="alone" in item.keywords):
        return (yield)


@contextmanager
def beside_or_alone(*, is_alone: bool) -> Iterator[None]:
    """Hold a lock that all tests on this machine share, or one of them has for itself."""
    place = Path(tempfile.gettempdir()) / f"bulkreset-tests-of-{os.getuid()}"
    with place.with_suffix(".gate").open("a") as gate, place.with_suffix(".lock").open("a") as lock:
        # Whoever wants to be alone keeps others from entering, while those within come to their end.
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_EX if is_alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield
