"""Tells everybody who wants to know, each on a thread of its own, and never fails for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bulkreset.background import Background
from bulkreset.clock import Clock
from bulkreset.notifications.notice import Notice
from bulkreset.notifications.sender import Message, NotSent, Sender
from bulkreset.notifications.wording import text, title
from bulkreset.settings.notify import TEST

TONES = {"start": "info", "wave-done": "info", "threshold": "failure", "stop": "warning", "follow-up": "info"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told of what."""

    sender: Sender
    kinds: Collection[str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Somebody could not be told. Of each it is said once, whatever follows."""

    target: str
    why: str


class Notifier:
    """`tell` returns at once. `texts` are words of one's own, by kind."""

    def __init__(self, subscriptions: Sequence[Subscription], texts: Mapping[str, str], clock: Clock) -> None:
        self._texts = texts
        self._clock = clock
        self._lock = threading.Lock()
        self._troubles: dict[str, str] = {}
        self._told: set[str] = set()
        self._ways = [
            (one, Background(f"notify-{number}", self._work(one.sender), one.sender.ready))
            for number, one in enumerate(subscriptions)
        ]

    def tell(self, notice: Notice) -> None:
        words = text(notice, self._texts)
        tone = TONES.get(notice.kind) or ("warning" if notice.has_trouble else "success")
        message = Message(title(notice), words, tone, notice.payload(words))
        for subscription, way in self._ways:
            is_wanted = notice.kind == TEST or notice.kind in subscription.kinds
            if is_wanted and not way.put(message):
                self._note(subscription.sender, "too many notifications wait for it")

    def targets(self) -> tuple[str, ...]:
        """The names of all who may be told, in their order."""
        return tuple(subscription.sender.name for subscription, _ in self._ways)

    def troubles(self) -> list[Trouble]:
        """Whom it was not possible to tell, as far as that was not said before."""
        with self._lock:
            new = [Trouble(target, why) for target, why in self._troubles.items() if target not in self._told]
            self._told.update(trouble.target for trouble in new)
        return new

    def close(self, until: float) -> None:
        """Wait for what is not out yet, until a moment of `clock.monotonic()`, and give up the rest."""
        for subscription, way in self._ways:
            if not way.wait(until - self._clock.monotonic()):
                self._note(subscription.sender, f"{way.undone} not taken by the end of the run")
        for subscription, _ in self._ways:
            subscription.sender.abandon()

    def _work(self, sender: Sender) -> Callable[[Message], None]:
        def send(message: Message) -> None:
            try:
                sender.send(message)
            except NotSent as error:
                self._note(sender, str(error))
            except Exception as error:  # noqa: BLE001 - it may hold a secret, and a run does not end for it
                self._note(sender, f"it broke off ({type(error).__name__})")

        return send

    def _note(self, sender: Sender, why: str) -> None:
        with self._lock:
            self._troubles.setdefault(sender.name, why)
