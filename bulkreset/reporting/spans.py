"""Time spans as people say them."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Such as `45 s`, `12 min`, `9 h 15 min`."""
    whole = round(seconds)
    if whole < 120:  # noqa: PLR2004 - below two minutes seconds say more
        return f"{whole} s"
    hours, minutes = divmod(round(whole / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
