"""What a shell is offered for options: cheap to find, and what the command takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
from click.shell_completion import ShellComplete
from plans import plan_file

import bulkreset.flow.rehearsal.walks
import bulkreset.reporting
import bulkreset.reporting.followup
import bulkreset.reporting.plan
from bulkreset.cli.main import cli
from bulkreset.flow.rehearsal.registry import walks
from bulkreset.plugins import names_of_files
from bulkreset.reporting.followup.registry import followup_writers
from bulkreset.reporting.plan.registry import plan_writers
from bulkreset.reporting.registry import writers

HEAVY = {"boto3", "numpy", "pandas", "pyarrow", "rich", "yaml"}

ASK = """
import json, sys
from click.shell_completion import ShellComplete
from bulkreset.cli.main import cli
offered = ShellComplete(cli, {}, "bulkreset", "_X").get_completions(sys.argv[1:-1], sys.argv[-1])
print(json.dumps([[one.value for one in offered], sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def offered(*words):
    *before, incomplete = words
    found = ShellComplete(cli, {}, "bulkreset", "_BULKRESET_COMPLETE").get_completions(before, incomplete)
    return [one.value for one in found]


@pytest.mark.parametrize(
    ("package", "constant", "registry"),
    [
        (bulkreset.reporting, "WRITER", writers),
        (bulkreset.reporting.plan, "WRITER", plan_writers),
        (bulkreset.reporting.followup, "WRITER", followup_writers),
        (bulkreset.flow.rehearsal.walks, "WALK", walks),
    ],
    ids=["reports", "plans", "follow-ups", "walks"],
)
def test_plugins_are_called_as_their_files(package, constant, registry):
    assert names_of_files(package, constant) == sorted(registry())


def test_shares_are_offered_by_category_and_of_one_as_numbers():
    assert offered("rate", "a.run", "--share", "UserRe") == [
        "UserRead=",
        "UserResourceRead=",
        "UserResourceUpdate=",
    ]
    assert offered("rate", "a.run", "--share", "UserUp") == [
        "UserUpdate=0.25",
        "UserUpdate=0.5",
        "UserUpdate=0.75",
        "UserUpdate=1",
    ]
    assert offered("rate", "a.run", "--share", "0.") == []


def test_statuses_and_walks_are_offered():
    assert offered("users", "--status", "CON") == ["CONFIRMED"]
    assert offered("rehearse", "job.yaml", "--walk", "re") == ["recovery", "reset"]
    assert offered("rehearse", "job.yaml", "--walk", "a") == ["all"]


def test_a_follow_up_is_offered_the_columns_of_the_run_on_its_line(tmp_path):
    run = plan_file(tmp_path / "a.run", 20, extras=pd.DataFrame({"team": [], "town": [], "office": []}))
    assert offered("followup", str(run), "--by", "t") == ["team", "town"]
    assert offered("followup", str(tmp_path / "none.run"), "--by", "") == []
    assert offered("followup", "--by", "") == []


@pytest.mark.parametrize(
    "words",
    [
        ("report", "a.run", "--format", "p"),
        ("show", "a.run", "--format", ""),
        ("followup", "a.run", "--format", ""),
        ("rate", "a.run", "--share", ""),
        ("rehearse", "job.yaml", "--walk", ""),
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_imported_for_a_key_press(words):
    asked = subprocess.run(
        [sys.executable, "-c", ASK, *words], env=os.environ, capture_output=True, text=True, check=True
    )
    values, imported = json.loads(asked.stdout)
    assert values
    assert HEAVY & set(imported) == set()
