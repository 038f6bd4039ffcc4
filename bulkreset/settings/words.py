"""Wording for messages: values as they were written, lists of choices, and the nearest right name."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping

SHOWN_CHARACTERS = 40
SIMILARITY = 0.6


def shortened(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def as_written(value: object) -> str:
    """A value in a message, recognisable to whoever wrote it."""
    match value:
        case str():
            return json.dumps(shortened(value), ensure_ascii=False)
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case None:
            return "empty"
        case _:
            return shortened(json.dumps(value))


def choices(values: Iterable[str]) -> str:
    """`a`, `b` or `c`."""
    quoted = [f"`{value}`" for value in values]
    return " or ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, whatever its case and its dashes."""
    by_plain_name = {_plain(name): name for name in known}
    close = difflib.get_close_matches(_plain(shortened(word)), by_plain_name, n=1, cutoff=SIMILARITY)
    return by_plain_name[close[0]] if close else None


def advice_on_name(word: str, known: Iterable[str]) -> str:
    """Which name to write instead of an unknown one."""
    names = tuple(known)
    meant = nearest(word, names)
    return f"did you mean `{meant}`?" if meant else f"known here: {', '.join(names)}"


def advice_on_value(written: object, possible: Iterable[str]) -> str:
    """Which value to write instead of an impossible one."""
    values = tuple(possible)
    meant = nearest(written, values) if isinstance(written, str) else None
    return f"did you mean `{meant}`? Possible: {choices(values)}" if meant else f"write {choices(values)}"


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")
