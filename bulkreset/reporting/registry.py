"""All report writers, by the name of their format."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import bulkreset.reporting
from bulkreset.plugins import declared
from bulkreset.reporting.base import ReportWriter


@cache
def writers() -> Mapping[str, ReportWriter]:
    return {writer.name: writer for writer in declared(bulkreset.reporting, "WRITER", ReportWriter)}
