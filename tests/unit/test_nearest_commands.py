"""A command or an option that there is not is answered with the nearest one that there is."""

from __future__ import annotations

import click
import pytest

from bulkreset.cli.main import cli


def told(*words):
    with pytest.raises(click.UsageError) as refused:
        cli.main([*words], prog_name="bulkreset", standalone_mode=False)
    return refused.value.format_message()


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (["aply", "a.run"], "apply"),
        (["statsu", "a.run"], "status"),
        (["user", "shw", "ada"], "show"),
        (["handout", "opne"], "open"),
        (["plan", "job.yaml", "--snapshto", "a.parquet"], "--snapshot"),
        (["user", "show", "ada", "--environmnet", "e.yaml"], "--environment"),
    ],
)
def test_the_nearest_is_suggested(words, nearest):
    assert f"Did you mean '{nearest}'?" in told(*words)


def test_where_nothing_is_near_nothing_is_suggested():
    assert "Did you mean" not in told("frobnicate")
