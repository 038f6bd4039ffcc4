"""The plan as JSON: everything that can be told of it, and every row."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import TextIO

from bulkreset.clock import iso
from bulkreset.reporting.plan.base import PlanWriter, ToldPlan, row_cells

MOMENTS = frozenset({"read_at", "planned_at", "begin", "end", "finish"})
"""Fields in epoch seconds, which are written as UTC."""


def _write(plan: ToldPlan, file: TextIO) -> None:
    """Rows are written one by one, so that a large plan needs no more memory than a small one."""
    head = {
        field.name: _plain(getattr(plan, field.name))
        for field in dataclasses.fields(plan)
        if field.name not in ("rows", "extra_columns")
    }
    file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2])
    file.write(',\n "rows": [')
    separator = "\n  "
    for row in plan.rows:
        manifest = dict(zip(plan.extra_columns, row.extras, strict=False))
        file.write(separator + json.dumps({**row_cells(row), "manifest": manifest}, ensure_ascii=False))
        separator = ",\n  "
    file.write("\n ]\n}\n")


def _plain(value: object) -> object:
    """A value as JSON has it."""
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case _ if dataclasses.is_dataclass(value):
            return {field.name: _field(field.name, value) for field in dataclasses.fields(value)}
        case _:
            return value


def _field(name: str, of: object) -> object:
    value = getattr(of, name)
    return (iso(value) or None) if name in MOMENTS else _plain(value)


WRITER = PlanWriter("json", "everything about the plan, and its rows, as one object", _write)
