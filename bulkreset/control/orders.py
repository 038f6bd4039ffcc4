"""What can be asked of a run while it goes, and how it stands in the file of orders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class OrderKind(StrEnum):
    PAUSE = "pause"
    CONTINUE = "continue"
    STOP = "stop"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `at` is in epoch seconds, `by` says who gave it, `detail` what exactly is asked.

    `detail` of `rate` is `{"shares": {category: share}}`, with the category "" for every one.
    """

    id: str
    at: float
    kind: OrderKind
    by: Mapping[str, Any]
    detail: Mapping[str, Any]


def detail_of(order: Order, now: float) -> dict[str, object]:
    """What the run file keeps of every order that is taken."""
    return {
        "order": order.id,
        "given_at": order.at,
        "taken_after_seconds": round(now - order.at, 3),
        **order.by,
    }


def order_line(order: Order) -> str:
    """The order as one line of text."""
    written = {
        "id": order.id,
        "at": order.at,
        "order": order.kind.value,
        "by": dict(order.by),
        "detail": dict(order.detail),
    }
    return json.dumps(written, ensure_ascii=False)


def order_from_line(line: str) -> Order | None:
    """The order on a line; None for a line that holds none."""
    try:
        written = json.loads(line)
        kind = OrderKind(written["order"])
        detail = dict(written["detail"])
        if kind is OrderKind.RATE:
            detail["shares"] = {str(name): _share(share) for name, share in detail["shares"].items()}
        return Order(str(written["id"]), float(written["at"]), kind, dict(written["by"]), detail)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _share(value: object) -> float:
    share = float(value) if isinstance(value, (int, float)) else 0.0
    if not 0 < share <= 1:
        raise ValueError(value)
    return share
