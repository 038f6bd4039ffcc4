"""Who is left, as a CSV manifest."""

from __future__ import annotations

import csv
from typing import TextIO

from bulkreset.reporting.followup.base import FollowUp, FollowUpWriter
from bulkreset.reporting.followup.manifest import manifest_lines


def _write(told: FollowUp, file: TextIO) -> None:
    # A lone CR is left unquoted unless lines end in CR LF, and would be read as the end of a row.
    csv.writer(file, lineterminator="\r\n").writerows(manifest_lines(told, told.left))


WRITER = FollowUpWriter("csv", "a manifest of who is left", _write)
