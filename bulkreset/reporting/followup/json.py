"""The follow-up as an object for machines: numbers alone, nobody is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from bulkreset.clock import iso
from bulkreset.followup.stages import Stage
from bulkreset.followup.tally import Tally
from bulkreset.reporting.followup.base import FollowUp, FollowUpWriter

SHARE_DIGITS = 6


def followup_json(told: FollowUp) -> dict[str, Any]:
    """The object that `--json` prints. `share` is null where nobody has to do anything."""
    return {
        "run": told.subject.run,
        "digest": told.subject.digest,
        "goal": told.subject.goal,
        "state": told.subject.state,
        "read_at": iso(told.read_at),
        "read": told.read,
        "rows": {"total": told.subject.rows, "followed": told.whole.total, **told.others},
        **_tally(told.whole),
        "reasons": [
            {"stage": each.stage.value, "reason": each.reason, "rows": each.rows} for each in told.reasons
        ],
        "waves": {str(wave): _tally(tally) for wave, tally in told.waves.items()},
        "steps": _by_name(told.steps),
        "by": {"column": told.by_column, "groups": _by_name(told.groups)} if told.by_column else None,
        "history": [{"at": iso(point.at), **_tally(point.tally)} for point in told.history],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "awaited": tally.awaited,
        "changed": tally.of(Stage.CHANGED),
        "left": tally.left,
        "share": None if tally.share is None else round(tally.share, SHARE_DIGITS),
        "stages": tally.as_json(),
    }


def _by_name(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    return {name: _tally(tally) for name, tally in tallies.items()}


def _write(told: FollowUp, file: TextIO) -> None:
    json.dump(followup_json(told), file, indent=2, ensure_ascii=False)
    file.write("\n")


WRITER = FollowUpWriter("json", "the numbers, as an object", _write)
