"""The report as JSON: the status, what happened on the way, and every row."""

from __future__ import annotations

import json
from typing import TextIO

from bulkreset.clock import iso
from bulkreset.reporting.base import Report, ReportWriter, cells


def _write(report: Report, file: TextIO) -> None:
    """Rows are written one by one, so that a large report needs no more memory than a small one."""
    events = [{"at": iso(event.at), "event": event.kind, **event.detail} for event in report.events]
    head = {
        "status": report.status,
        "reason": report.reason,
        "quotas": dict(report.quotas),
        "findings": [dict(finding) for finding in report.findings],
        "events": events,
    }
    file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2])
    file.write(',\n "rows": [')
    separator = "\n  "
    for row in report.rows:
        manifest = dict(zip(report.extra_columns, row.extras, strict=False))
        file.write(separator + json.dumps({**cells(row), "manifest": manifest}, ensure_ascii=False))
        separator = ",\n  "
    file.write("\n ]\n}\n")


WRITER = ReportWriter("json", "status, events and rows as one object", _write)
