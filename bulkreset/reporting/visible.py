"""Names as a reader can trust them: characters that hide or turn text around are spelt out."""

from __future__ import annotations

import re
import unicodedata

HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co"})
JOINER = "\u200d"
"""Joins emoji into one; it neither hides nor moves anything."""


def is_hidden(character: str) -> bool:
    return unicodedata.category(character) in HIDDEN_CATEGORIES and character != JOINER


def marked(text: str) -> str:
    """The text with each hidden character as its code, such as `⟨U+202E⟩`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"⟨U+{ord(one):04X}⟩" if is_hidden(one) else one for one in text)


def spoken(text: str) -> list[tuple[bool, str]]:
    """The text in pieces, each with whether it is the code of a hidden character."""
    pieces = re.split(r"(⟨U\+[0-9A-F]{4,6}⟩)", marked(text))
    return [(number % 2 == 1, piece) for number, piece in enumerate(pieces) if piece]
