"""Whether a command prints what its page shows, but for what is another each time."""

from __future__ import annotations

import re

ELLIPSIS = "…"
VOLATILE = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "DIGEST"),
    (re.compile(r"\b\d{8}T\d{6}Z\b"), "TIME"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ](at )?\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "TIME"),
    (re.compile(r"127\.0\.0\.1:\d+"), "ADDRESS"),
)


def steady(text: str) -> str:
    """The text without times, digests and ports."""
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def is_as_shown(shown: str, printed: str) -> bool:
    """`…` stands for anything: within a line for a part of it, alone in a line for any lines."""
    pattern = ""
    for line in steady(shown).splitlines():
        if line.strip() == ELLIPSIS:
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(map(re.escape, line.split(ELLIPSIS))) + "\n"
    return re.fullmatch(pattern, steady(printed) + "\n") is not None
