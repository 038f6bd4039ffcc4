"""After a run was halted, the command that comes next is one that helps."""

from __future__ import annotations

import pytest
from runs import run_file

from bulkreset.cli.execution import carry_out
from bulkreset.cli.options import Manner
from bulkreset.errors import Outdated, Refused, Stopped
from bulkreset.flow.terms import NO_CONCESSIONS
from bulkreset.shell import quoted

MANNER = Manner(NO_CONCESSIONS, as_json=False, quiet=True, log_format="text", log_identifiers=False)


@pytest.fixture
def run(tmp_path):
    """A run that was stopped; its name takes quoting."""
    return run_file(tmp_path / "a night.run", 50)


@pytest.fixture
def next_after(run, capsys):
    def next_after(error):
        def halted(_watch):
            raise error

        with pytest.raises(type(error)):
            carry_out(run, MANNER, halted)
        told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("next:")]
        return "".join(told).removeprefix("next: ")

    return next_after


@pytest.mark.parametrize("error", [Stopped("the disk is full"), Refused("access denied")])
def test_what_can_be_mended_is_resumed(next_after, run, error):
    assert next_after(error) == f"bulkreset resume {quoted(run)}"


def test_what_holds_no_more_is_planned_anew_for_who_is_left(next_after, run):
    assert (
        next_after(Outdated("the pool's settings changed")) == f"bulkreset retry {quoted(run)} --out rest.csv"
    )


def test_an_error_that_names_a_command_for_the_run_has_the_last_word(next_after, run):
    assert next_after(Outdated(f"edited; `bulkreset check {quoted(run)}` says more")) == ""
    assert next_after(Stopped(f"`bulkreset report {quoted(run)} --out a.csv`, mend the cause")) == ""
