"""Services that Apprise knows: Slack, Teams, mail, Amazon SNS, webhooks and many others.

Its URLs hold tokens, and its own log writes them down, so that log is switched off. What it says of a
failure is kept to the status of the answer.
"""

from __future__ import annotations

import logging
import re
import threading
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from bulkreset.notifications.sender import Message, NotSent
from bulkreset.secrets.secret import Secret

if TYPE_CHECKING:
    from apprise import Apprise

CONNECT_SECONDS = 2.0
READ_SECONDS = 5.0

STATUS = re.compile(r"\berror=(\d{3})\b")
NO_CONNECTION = re.compile(r"connection error", re.IGNORECASE)

CHATTY = ("apprise", "requests", "requests_oauthlib", "oauthlib", "urllib3")
"""Loggers that would write down URLs, with the tokens in them."""


class AppriseSender:
    """One URL. `url` fetches it; it is parsed when the first notification goes out, or before."""

    def __init__(self, name: str, url: Callable[[], Secret]) -> None:
        self._name = name
        self._url = url
        self._service: Apprise | None = None

    @property
    def name(self) -> str:
        return self._name

    def ready(self) -> None:
        self._service = self._opened()

    def send(self, message: Message) -> None:
        from apprise import NotifyFormat, NotifyType  # noqa: PLC0415 - a third of a second, and few runs tell anybody

        service = self._service or self._opened()
        self._service = service
        with _Overheard() as overheard:
            try:
                sent = service.notify(
                    title=message.title,
                    body=message.text,
                    notify_type=NotifyType(message.tone),
                    body_format=NotifyFormat.TEXT,
                )
            except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, with the URL in it
                raise NotSent(f"it broke off ({type(error).__name__})") from None
        if not sent:
            raise NotSent(overheard.reason)

    def abandon(self) -> None: ...

    def _opened(self) -> Apprise:
        url = self._url()
        try:
            # Its mail plug-in asks for a module that Python is giving up; with -W error that ends all of it.
            warnings.filterwarnings("ignore", "'imghdr' is deprecated", DeprecationWarning)
            # What is heavy, and only here.
            from apprise import Apprise, AppriseAsset  # noqa: PLC0415

            _log_nothing()
            # Its thread pools would be waited for when the process ends: without these two there are none.
            asset = AppriseAsset(
                app_id="bulkreset", app_desc="bulkreset", async_mode=False, service_timeout=0
            )
            service = Apprise.instantiate(url.reveal(), asset=asset)
        except Exception as error:  # noqa: BLE001 - as above
            raise NotSent(f"Apprise cannot use its URL ({type(error).__name__})") from None
        if service is None or isinstance(service, str):
            raise NotSent("Apprise cannot use its URL")
        service.socket_connect_timeout = min(service.socket_connect_timeout, CONNECT_SECONDS)
        service.socket_read_timeout = min(service.socket_read_timeout, READ_SECONDS)
        opened = Apprise(asset=asset)
        opened.add(service)
        return opened


class _Overheard(logging.Handler):
    """What Apprise logs on this thread while it sends: kept to the status of an answer."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.reason = "it did not take it"
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            return
        text = record.getMessage()
        status = STATUS.search(text)
        if status:
            self.reason = f"it answered with status {status[1]}"
        elif NO_CONNECTION.search(text):
            self.reason = "no connection, or no answer in time"

    def __enter__(self) -> Self:
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)


def _log_nothing() -> None:
    """Have these libraries write nothing, whoever switched that on."""
    own = logging.getLogger("apprise")
    own.propagate = False
    own.setLevel(logging.WARNING)
    for handler in own.handlers[:]:
        if not isinstance(handler, _Overheard):
            own.removeHandler(handler)
    own.addHandler(logging.NullHandler())
    for name in [*CHATTY[1:], *logging.root.manager.loggerDict]:
        if name.partition(".")[0] in CHATTY[1:]:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
