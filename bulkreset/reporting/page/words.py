"""How pages put values into words: the filters of their templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from markupsafe import Markup, escape

from bulkreset.reporting.spans import duration
from bulkreset.reporting.visible import spoken

MEDIA = {"email": "e-mail", "sms": "text message"}


def count(number: int) -> str:
    return f"{number:,}"


def moment(epoch_seconds: float) -> str:
    """Such as `23 Nov 2026, 04:30 UTC`."""
    at = datetime.fromtimestamp(epoch_seconds, UTC)
    return f"{day(at.date())} {at.year}, {at:%H:%M} UTC"


def hour(epoch_seconds: float) -> str:
    """Such as `23 Nov, 04:30`, where it is plain that this is UTC."""
    at = datetime.fromtimestamp(epoch_seconds, UTC)
    return f"{day(at.date())}, {at:%H:%M}"


def day(when: date) -> str:
    """Such as `23 Nov`."""
    return f"{when.day} {when:%b}"


def weekday(when: date) -> str:
    """Such as `Mon 23 Nov`."""
    return f"{when:%a} {day(when)}"


def percent(part: float) -> str:
    """A part of a hundred, with a digit after the point only where that says something."""
    if 0 < part < 1:
        return "under 1 %"
    if 99 < part < 100:  # noqa: PLR2004 - as above
        return "over 99 %"
    return f"{part:.0f} %"


def title(text: str) -> str:
    """The text with a capital at its start, and the others as they are."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text as a sentence."""
    whole = title(text)
    return whole if not whole or whole.endswith((".", "!", "?")) else f"{whole}."


def medium(name: str) -> str:
    return MEDIA.get(name, name)


def name(text: str) -> Markup:
    """A name that nothing of the page can be mistaken for, with its hidden characters spelt out."""
    pieces = (
        Markup('<span class="hidden-character">{}</span>').format(piece) if is_code else escape(piece)
        for is_code, piece in spoken(text)
    )
    return Markup("<bdi>{}</bdi>").format(Markup("").join(pieces))


FILTERS: dict[str, Callable[..., Any]] = {
    "count": count,
    "day": day,
    "weekday": weekday,
    "duration": duration,
    "hour": hour,
    "medium": medium,
    "moment": moment,
    "name": name,
    "percent": percent,
    "sentence": sentence,
    "title": title,
}
