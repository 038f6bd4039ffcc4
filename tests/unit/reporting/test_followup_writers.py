"""Follow-ups as a page, an object and a manifest."""

from __future__ import annotations

import csv
import io
import json

import pytest
from followups import after, begun_row, judge_rows, page_at, told

from bulkreset.cli.followup_text import followup_text
from bulkreset.reporting.followup.manifest import manifest_lines
from bulkreset.reporting.followup.registry import followup_writers

HOSTILE = '</script><img src=x onerror="window.hacked=1">'


@pytest.fixture
def followed():
    """Six users of whom four have changed it, one has not and one is gone; one has a hostile name."""
    rows = [begun_row(n, group="red" if n % 2 else HOSTILE, wave=1 + n // 4) for n in range(1, 7)]
    rows[4] |= {"identifier": HOSTILE}
    users = [after(n, "CONFIRMED", 60) for n in range(1, 5)]
    return told(judge_rows(rows, [*users, after(5, "RESET_REQUIRED")]), reason=HOSTILE)


def written(followed, name):
    file = io.StringIO(newline="")
    followup_writers()[name].write(followed, file)
    return file.getvalue()


def test_the_object_counts_by_stage_wave_step_and_group(followed):
    found = json.loads(written(followed, "json"))
    assert (found["awaited"], found["changed"], found["left"], found["share"]) == (5, 4, 1, 0.8)
    assert sum(found["stages"].values()) == found["rows"]["followed"] == 6
    assert {wave: part["left"] for wave, part in found["waves"].items()} == {"1": 0, "2": 1}
    assert found["by"]["column"] == "team"
    assert len(found["history"]) == 3
    assert "user-5" not in str(found), "nobody is named"


def test_the_page_names_who_is_left_and_nothing_on_it_runs(followed, tmp_path):
    page = page_at(tmp_path, followed).read_text(encoding="utf-8")
    assert "<img" not in page
    assert "80.0 %: 4 of 5 users have changed their password" in page
    assert 'class="line"' in page, "the burn-down"


def test_a_page_of_a_run_without_anybody_to_wait_for_has_no_percentage(tmp_path):
    nobody = told(judge_rows([begun_row(steps="sign-out", action="")], []), history=0)
    page = page_at(tmp_path, nobody).read_text(encoding="utf-8")
    assert "Nothing was left for the users to do" in page
    assert 'class="line"' not in page


def test_the_manifest_names_users_by_sub_and_keeps_the_other_columns(followed):
    header, line = csv.reader(io.StringIO(written(followed, "csv")))
    assert header == [
        "sub",
        "followup_username",
        "followup_stage",
        "followup_reason",
        "followup_expires_at",
        "team",
    ]
    assert line == ["sub-of-user-5", "user-5", "pending", "reset-required", "", "red"]


def test_a_pool_that_tells_no_sub_has_users_named_by_username():
    rows = judge_rows([begun_row()], [after(1, "RESET_REQUIRED", sub="")])
    header, line = manifest_lines(told(rows), rows)
    assert (header[0], line[0]) == ("username", "user-1")


def test_columns_of_an_earlier_follow_up_and_of_other_identifiers_make_room(followed):
    columns = ("Username", "followup_stage", "sub")
    again = told(followed.rows, extra_columns=columns)
    header, _ = manifest_lines(again, again.left)
    assert header == ["sub", "followup_username", "followup_stage", "followup_reason", "followup_expires_at"]


def test_the_text_says_the_percentage_first_and_marks_what_hides(followed):
    lines = list(followup_text(followed))
    assert lines[3] == "80.0 %: 4 of 5 users have changed their password"
    assert any(line.startswith("  2  ") and "1 left" in line for line in lines)
    assert [line for line in lines if len(line) > 110] == []
