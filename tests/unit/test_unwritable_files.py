"""A file that cannot be written is an error that says what to do instead."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from bulkreset.unwritable import unwritable


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOENT, "make the folder first: `mkdir -p 'the incident'`"),
        (errno.EACCES, "name a file in a folder that you may write to"),
        (errno.EROFS, "name a file in a folder that you may write to"),
        (errno.ENOSPC, "make room there, or name a file on another disk"),
        (errno.EISDIR, "name a file, in a folder that there is"),
        (errno.EIO, "name a file in another place"),
    ],
)
def test_each_cause_has_its_advice(number, advice):
    error = unwritable(Path("the incident/report.csv"), OSError(number, os.strerror(number)))
    assert str(error) == f"the incident/report.csv cannot be written: {os.strerror(number)}; {advice}"
    assert error.exit_code == 2
