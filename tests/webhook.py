"""A webhook on loopback that takes what it gets, or behaves as badly as webhooks do."""

from __future__ import annotations

import http.server
import json
import socket
import struct
import threading
from typing import Any, Self

TAKES, HANGS, FAILS, RESETS = "takes", "hangs", "fails", "resets"


class Webhook:
    """`received` are the bodies of all requests, whatever became of them; `paths` where they went."""

    def __init__(self, manner: str = TAKES) -> None:
        self.received: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self._released = threading.Event()
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.received.append(json.loads(body))
                hook.paths.append(self.path)
                if manner == HANGS:
                    hook._released.wait()
                elif manner == RESETS:
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.connection.close()
                    return
                self.send_response(500 if manner == FAILS else 204)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None: ...

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def texts(self) -> list[str]:
        return [body["message"] for body in self.received]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def refusing_address() -> str:
    """An address on which nobody listens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{nobody.getsockname()[1]}"
