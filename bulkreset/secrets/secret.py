"""A secret in memory: shown to nobody who does not ask for it by name."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """A password, code, token or key. Printing, formatting, logging or pickling it does not show it.

    `reveal` is the one way to its text; search for it to see where secrets go.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def redacted_from(self, text: str) -> str:
        """The text without the secret, for answers and errors that may repeat what they were given."""
        return text.replace(self._text, "…") if self._text else text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self._text), _bytes(other._text))

    __hash__ = None  # type: ignore[assignment]  # a hash of a password is a hint at it

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret is not copied out of the process")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret is not copied out of the process")


def _bytes(text: str) -> bytes:
    """Whatever a terminal handed over: an encoding error would carry the text."""
    return text.encode("utf-8", "surrogatepass")
