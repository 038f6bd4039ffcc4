"""A moment as people write it, `2026-11-20T22:00:00Z`, and as it is kept: in epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bulkreset.settings.words import as_written

MOMENT_EXAMPLE = "2026-11-20T22:00:00Z"
MOMENT = r"^[0-9W-]+[Tt ][0-9:.,]+(Z|[+-][0-9:.]+)$"


@dataclass(frozen=True, slots=True)
class NotAMoment:
    """What is wrong with a text, and what to write instead unless an example says it."""

    message: str
    advice: str = ""


def read_moment(written: object) -> float | NotAMoment:
    """The moment that a text with an offset from UTC names."""
    parsed = _parsed(written)
    if parsed is None:
        return NotAMoment(f"must be a time, not {as_written(written)}")
    if parsed.tzinfo is None:
        local = parsed.isoformat()
        return NotAMoment(
            f"has no offset from UTC: {as_written(written)}",
            f"add `Z` for UTC, or the offset: `{local}Z` or `{local}+01:00`",
        )
    return parsed.timestamp()


def moment_text(moment: float) -> str:
    """`read_moment` reads the same moment from it, to the microsecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


def _parsed(written: object) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(written.strip()) if isinstance(written, str) else None
        return parsed if parsed is None or parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
