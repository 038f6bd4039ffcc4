"""Pages of something between us and Cognito, such as a proxy, are no answers of Cognito."""

from __future__ import annotations

import http.server
import threading

import pytest

from bulkreset.clock import SystemClock
from bulkreset.cognito.answers import Meaning
from bulkreset.cognito.client import CognitoClient
from bulkreset.settings.environment import Environment

PAGE = b"<html>Blocked by the proxy of your company</html>"


class Proxy(http.server.ThreadingHTTPServer):
    """Answers every request with the same page and `status`."""

    daemon_threads = True
    status = 200


class Handler(http.server.BaseHTTPRequestHandler):
    server: Proxy

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format, *args):  # noqa: A002 - the base class's signature
        """Says nothing."""


@pytest.fixture
def proxy():
    with Proxy(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("status", [200, 302, 403, 404, 407, 413, 429, 502, 504])
def test_a_page_that_is_not_cognitos_does_not_decide_what_became_of_a_call(proxy, status):
    proxy.status = status
    url = f"http://127.0.0.1:{proxy.server_port}"
    client = CognitoClient(Environment(pool_id="us-east-1_AbCdEf123", endpoint_url=url), SystemClock())
    request = {"UserPoolId": "us-east-1_AbCdEf123", "Username": "ada"}
    assert client.call("AdminResetUserPassword", request).answer.meaning is Meaning.NO_ANSWER
