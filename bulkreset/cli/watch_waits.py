"""What a run that is watched waits for, and what keeps it below its grants, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bulkreset.flow.follow import YIELDING, Seen
from bulkreset.ledger.states import RunState

FOR_A_START = "for somebody to begin it"
STOPPED_WITHOUT_A_WORD = "its runner ended without a word, as after kill -9 or a reboot"


def waits(seen: Seen) -> Iterator[str]:
    """A sentence for each reason why it is not at full speed; none where nothing is in its way."""
    state = seen.status["state"]
    if seen.hold is not None:
        yield str(seen.hold["why"])
    elif state == RunState.PLANNED:
        yield FOR_A_START
    elif state == RunState.STOPPED:
        yield _why_stopped(seen)
    for category, event in seen.slow.items():
        detail = event.detail
        if category == YIELDING:
            yield from _yields(detail)
            continue
        yield (
            f"{category} at {detail['rate_per_second']:g}/s of {detail['granted_per_second']:g}/s: "
            f"{detail['reason']}"
        )


def _yields(detail: Mapping[str, Any]) -> Iterator[str]:
    for category, granted in detail["granted_per_second"].items():
        rate = detail["rates_per_second"].get(category, granted)
        if rate < granted:
            yield f"{category} at {rate:g}/s of {granted:g}/s: yields to the users who sign in"


def _why_stopped(seen: Seen) -> str:
    """The reason that its runner gave. Who was killed gave none."""
    last = seen.latest[-1] if seen.latest else None
    if last is not None and last.kind == RunState.STOPPED:
        return str(last.detail.get("reason") or "")
    return STOPPED_WITHOUT_A_WORD
