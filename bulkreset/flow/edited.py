"""Tells a run file that somebody edited from a bug: it makes no sense, and it is not as planned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bulkreset.errors import Outdated
from bulkreset.ledger.faults import NONSENSE
from bulkreset.ledger.read import RunReader
from bulkreset.shell import quoted


@contextmanager
def blaming_edits(reader: RunReader, path: Path) -> Iterator[None]:
    """Raises Outdated where the block fails as it does on values that nobody wrote, and the seal is broken.

    The seal is made anew only then: on a run of a million rows it takes seconds.
    """
    try:
        yield
    except NONSENSE as error:
        if reader.seal() == reader.meta("seal"):
            raise
        raise Outdated(
            f"{path} is not as it was planned; `bulkreset check {quoted(path)}` says more; plan again, or "
            "restore a copy"
        ) from error
