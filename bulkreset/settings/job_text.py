"""The text of a job file that bulkreset writes for somebody to read, change and plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import yaml

WIDTH = 110


def job_text(settings: Mapping[str, object], comments: Iterable[str]) -> str:
    """A job file with these settings, below comments of a line each."""
    head = "".join(f"# {line}".rstrip() + "\n" for line in comments)
    return head + yaml.safe_dump(
        dict(settings), sort_keys=False, allow_unicode=True, default_flow_style=None, width=WIDTH
    )
