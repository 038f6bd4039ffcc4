"""Most tests fork commands off a process that has imported everything. They must be the same commands."""

from __future__ import annotations

import subprocess

import pytest
from command import Command
from warm import Forked


@pytest.mark.parametrize("line", ["--version", "status nothing.run", "plan --out", "user show ada"])
def test_a_command_that_was_forked_says_and_returns_what_one_does_that_was_started(line, tmp_path):
    ended = {}
    for kind, more in ((Forked, {}), (subprocess.Popen, {"PYTHONHASHSEED": "1"})):
        outputs = tmp_path / kind.__name__
        outputs.mkdir()
        running = Command(tmp_path, outputs, **more).start(*line.split())
        assert isinstance(running.process, kind)
        ended[kind] = running.wait()
    assert ended[Forked] == ended[subprocess.Popen]
