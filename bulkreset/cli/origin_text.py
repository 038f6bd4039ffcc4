"""Where the users of a plan come from: a manifest, or a selection, and the pool or a snapshot of it."""

from __future__ import annotations

from collections.abc import Iterator

from bulkreset.clock import iso
from bulkreset.ledger.read import RunReader
from bulkreset.reporting.spans import duration


def origin_text(reader: RunReader) -> Iterator[str]:
    """The lines that say who the plan is about."""
    selection = reader.meta("selection")
    if selection:
        yield f"  select   {selection['text']}"
        matched, looked_at = selection["matched"], selection["looked_at"]
        yield f"           {matched:,} of {looked_at:,} users looked at ({selection['read']})"
    else:
        yield f"  manifest {reader.meta('manifest')['path']}"
    if snapshot := reader.meta("snapshot"):
        age = duration(max(0.0, reader.meta("planned_at") - snapshot["taken_at"]))
        yield f"  snapshot {snapshot['path']}, {age} old (taken at {iso(snapshot['taken_at'])})"
