"""All writers of follow-ups, by the name of their format."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import bulkreset.reporting.followup
from bulkreset.plugins import declared
from bulkreset.reporting.followup.base import FollowUpWriter


@cache
def followup_writers() -> Mapping[str, FollowUpWriter]:
    return {
        writer.name: writer for writer in declared(bulkreset.reporting.followup, "WRITER", FollowUpWriter)
    }
