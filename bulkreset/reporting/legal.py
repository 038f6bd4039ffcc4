"""Text as XML and UTF-8 can hold it."""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no way to write. A lone surrogate, which a YAML manifest can spell, is no text at all."""


def legal(text: str) -> str:
    """The text with each character that XML cannot hold replaced."""
    if text.isascii() and text.isprintable():
        return text
    return ILLEGAL.sub(REPLACEMENT, text)
