"""The code that the embedded simulator would have mailed: for rehearsals of the rehearsal."""

from __future__ import annotations

import json
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from bulkreset.errors import InputError, Refused
from bulkreset.secrets.secret import Secret

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECONDS = 5.0


def simulator_outbox(endpoint_url: str | None) -> str:
    """Where a simulator shows what it sent. Raises InputError where the endpoint is not on this machine."""
    parts = urlsplit(endpoint_url or "")
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise InputError("--code-from-simulator is for an environment whose endpoint_url is the simulator's")
    return f"{parts.scheme}://{parts.netloc}/_simulator/outbox"


def simulated_code(outbox: str, username: str) -> Secret:
    """The last code for this user. Raises Refused where there is none."""
    try:
        with urlopen(outbox, timeout=SECONDS) as answer:  # noqa: S310 - http on loopback, as `simulator_outbox` says
            messages = json.loads(answer.read())
        codes = [one["code"] for one in messages if one["username"] == username]
    except (URLError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{outbox} is no outbox of the simulator ({type(error).__name__})") from None
    if not codes:
        raise Refused("the simulator has sent this user no code")
    return Secret(str(codes[-1]))
