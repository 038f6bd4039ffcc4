"""A secret shows itself to nobody: whatever prints, logs, keeps or copies objects gets no letter of it."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
import logging
import pickle
import pprint
import traceback
from typing import NoReturn

import pytest
import structlog
from rich.console import Console
from rich.pretty import Pretty
from rich.traceback import Traceback

from bulkreset.secrets.secret import Secret

TEXT = "hunter2-maple-rover"


@dataclasses.dataclass
class Holder:
    password: Secret


@pytest.fixture
def secret() -> Secret:
    return Secret(TEXT)


def fail(secret: Secret) -> NoReturn:
    """With the secret in the text of the error, and among the locals of every frame, its own method's too."""
    password = secret
    try:
        password.redacted_from(3)
    except AttributeError as error:
        raise ValueError(password, {"held": Holder(password)}) from error


def failed(secret: Secret, **options: bool) -> str:
    try:
        fail(secret)
    except ValueError as error:
        return "".join(traceback.TracebackException.from_exception(error, **options).format())


def logged(secret: Secret) -> str:
    stream = io.StringIO()
    logger = logging.getLogger("test_secret")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logger.warning("%s %r %s", secret, secret, {"password": [secret]})
    try:
        fail(secret)
    except ValueError:
        logger.exception("no")
    logger.removeHandler(handler)
    return stream.getvalue()


def rich_traceback(secret: Secret) -> str:
    console = Console(file=io.StringIO(), width=200)
    try:
        fail(secret)
    except ValueError:
        console.print(Traceback(show_locals=True))
    return console.file.getvalue()


def rich_pretty(secret: Secret) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(Pretty(secret, expand_all=True), secret, Holder(secret))
    return console.file.getvalue()


def structlog_json(secret: Secret) -> str:
    return structlog.processors.JSONRenderer()(None, "info", {"password": secret, "held": Holder(secret)})


SHOWN = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "format": format,
    "f-string": lambda secret: f"{secret} {secret!r} {secret!s:>40} {secret:>40}",
    "percent": lambda secret: "%s %r %a" % (secret, secret, secret),  # noqa: UP031 - what is tested
    "str.format": "{0} {0!r:>40}".format,
    "containers": lambda secret: f"{[secret]} {({'password': secret},)}",
    "dataclass": lambda secret: repr(Holder(secret)),
    "pprint": lambda secret: pprint.pformat({"password": Holder(secret)}),
    "error": lambda secret: repr(ValueError(secret)) + str(ValueError(secret, 3)),
    "logging": logged,
    "traceback": failed,
    "traceback with locals": lambda secret: failed(secret, capture_locals=True),
    "rich": rich_pretty,
    "rich traceback with locals": rich_traceback,
    "structlog": structlog_json,
    "json by str": lambda secret: json.dumps({"password": secret}, default=str),
}

REFUSED = {
    "pickle": pickle.dumps,
    "pickle, oldest protocol": lambda secret: pickle.dumps(secret, 0),
    "pickle of a holder": lambda secret: pickle.dumps(Holder(secret)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "deepcopy of what holds it": lambda secret: copy.deepcopy({"password": [secret]}),
    "state": lambda secret: secret.__getstate__(),
    "json": json.dumps,
    "json by vars": lambda secret: json.dumps(secret, default=vars),
    "asdict": lambda secret: dataclasses.asdict(Holder(secret)),
    "astuple": lambda secret: dataclasses.astuple(Holder(secret)),
    "vars": vars,
    "hash": hash,
    "list": list,
    "len": len,
    "add": lambda secret: "password: " + secret,
    "index": lambda secret: secret[0],
    "bytes": bytes,
    "int": int,
    "in": lambda secret: "h" in secret,
    "sort": lambda secret: sorted([secret, Secret("b")]),
}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)
def test_whatever_shows_a_secret_shows_that_it_is_one_and_no_more(secret, shown):
    text = shown(secret)

    assert "Secret(…)" in text or r"Secret(\u2026)" in text
    assert not any(part in text for part in ("hunter", "maple", "rover"))


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_whatever_would_copy_or_take_apart_a_secret_is_refused(secret, refused):
    with pytest.raises(TypeError) as error:
        refused(secret)

    told = "".join(traceback.TracebackException.from_exception(error.value, capture_locals=True).format())
    assert not any(part in told for part in ("hunter", "maple", "rover"))


def test_a_secret_is_shown_to_who_asks_by_name(secret):
    assert secret.reveal() == TEXT
    assert secret.redacted_from(f"no {TEXT}, please") == "no …, please"
    assert Secret("").redacted_from("as it is") == "as it is"


def test_secrets_are_equal_where_their_texts_are(secret):
    assert secret == Secret(TEXT)
    assert secret != Secret(TEXT.upper())
    assert secret != TEXT
    assert (bool(secret), bool(Secret(""))) == (True, False)


def test_secrets_with_broken_characters_are_compared_without_an_error_that_carries_them():
    broken = b"hunter\xff2".decode("utf-8", "surrogateescape")
    assert Secret(broken) == Secret(broken)
    assert Secret(broken) != Secret("hunter2")
