"""What tests ask of an open page."""

from __future__ import annotations

from typing import Any

PAINT = (
    "() => new Promise((told) => new PerformanceObserver((list) => told(list.getEntries()[0].startTime))"
    ".observe({ type: 'paint', buffered: true }))"
)


def first_paint(opened: Any) -> float:
    """Milliseconds until the page first showed anything."""
    return float(opened.page.evaluate(PAINT))
