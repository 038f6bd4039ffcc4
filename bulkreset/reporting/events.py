"""What is told of an event beside its kind and its time."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bulkreset.clock import iso
from bulkreset.ledger.read import Event

MOMENTS = ("until", "given_at", "approved_at", "expires_at")
SHORTENED = ("seal", "signature")
SHORT_HASH = 12


def event_words(event: Event) -> Iterator[tuple[str, str]]:
    """What is known of it by name, as text; what is empty is left out."""
    for key, value in event.detail.items():
        if value not in (None, ""):
            yield key, _value(key, value)


def _value(key: str, value: object) -> str:
    if key in MOMENTS and isinstance(value, float):
        return iso(value)
    if key in SHORTENED and isinstance(value, str):
        return f"{value[:SHORT_HASH]}…"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
