"""HTTP/1.1 on loopback, one thread a connection, connections kept alive.

werkzeug's own server closes the connection after every answer, so this is the standard library's;
it also hands over the socket, which faults need.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
import sys
import threading
import uuid
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

from bulkreset.clock import Clock
from bulkreset.errors import InputError
from bulkreset.simulator.calls import Dropped, HttpAnswer, HttpRequest

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.02
Respond = Callable[[HttpRequest], HttpAnswer | Dropped]

log = logging.getLogger(__name__)


def require_loopback(host: str) -> str:
    """The address to bind. Raises InputError for any that others could reach."""
    if host == "localhost":
        return LOOPBACK
    try:
        address = ipaddress.ip_address(host)
    except ValueError as error:
        raise InputError(
            f"{host!r} is not an IP address; the simulator listens on {LOOPBACK} only"
        ) from error
    if not (isinstance(address, ipaddress.IPv4Address) and address.is_loopback):
        raise InputError(f"the simulator listens on {LOOPBACK} only, not on {host}")
    return host


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpServer

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        super().finish()

    def answer_request(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = HttpRequest(
            method=self.command,
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
        )
        answer = self.server.respond(request)
        if isinstance(answer, Dropped):
            self._drop()
        else:
            self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = answer_request  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's signature
        log.debug(format, *args)

    def _send(self, answer: HttpAnswer) -> None:
        headers = {
            "Date": formatdate(self.server.clock.now(), usegmt=True),
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
            "x-amzn-requestid": str(uuid.uuid4()),
            **answer.headers,
        }
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        body = b"" if self.command == "HEAD" else answer.body[: answer.sent_bytes]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        if answer.sent_bytes is not None:
            self._drop()

    def _drop(self) -> None:
        self.close_connection = True
        _shut(self.connection)


class HttpServer(ThreadingTCPServer):
    """Serves from `start` to `stop`. `stop` cuts the connections that are open."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 512

    def __init__(self, host: str, port: int, respond: Respond, clock: Clock) -> None:
        self.respond = respond
        self.clock = clock
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        self._thread: threading.Thread | None = None
        super().__init__((require_loopback(host), port), _Handler)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        self._thread = threading.Thread(
            target=self.serve_forever, args=(POLL_SECONDS,), name="simulator", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()
        with self._open_lock:
            still_open = list(self._open)
        for connection in still_open:
            _shut(connection)

    def opened(self, connection: socket.socket) -> None:
        with self._open_lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._open_lock:
            self._open.discard(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            log.error("the simulator failed on %s from %s", request, client_address, exc_info=error)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
