"""Where the plan in a run file comes from, as pages tell it."""

from __future__ import annotations

from pathlib import Path

from bulkreset.flow.kept import selection_told
from bulkreset.ledger.read import RunReader
from bulkreset.reporting.plan.base import Origin


def origin_of(reader: RunReader, path: Path) -> Origin:
    pool, environment = reader.meta("pool"), reader.meta("environment")
    account, process = reader.meta("account") or {}, reader.meta("planned_by") or {}
    selection = reader.meta("selection")
    manifest = {} if selection else reader.meta("manifest") or {}
    return Origin(
        run=path.name,
        version=reader.meta("bulkreset") or "",
        state=reader.meta("state"),
        pool_id=environment["pool_id"],
        pool_name=pool.get("name", ""),
        pool_users=pool["estimated_users"],
        account_id=account.get("account_id", ""),
        region=environment["region"],
        endpoint_url=environment["endpoint_url"] or "",
        manifest=manifest.get("path", ""),
        manifest_sha256=manifest.get("sha256", ""),
        selection=selection_told(selection),
        snapshot=(reader.meta("snapshot") or {}).get("path", ""),
        reason=reader.meta("reason") or "",
        read_at=reader.meta("read_at") or reader.meta("planned_at"),
        planned_at=reader.meta("planned_at"),
        planned_by=f"{process['user']}@{process['host']}" if process else "",
        caller=account.get("caller", ""),
    )
