"""A plan as it is told: one value, and the same facts in every format."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from plans import PLANNED_AT, plan_file

from bulkreset.flow.report import reading
from bulkreset.flow.telling import told_plan
from bulkreset.reporting.plan.base import COLUMNS
from bulkreset.reporting.plan.registry import plan_writers

NASTY = '=cmd|"/c calc"!A1'
MARKUP = "| *bold* <b>`code`</b> [link](x) \u202e~~"


@pytest.fixture
def told(tmp_path):
    """Tells a plan of 100 rows; `as_text` writes it in a format."""
    run = plan_file(tmp_path / "a.run", 100, {1: NASTY, 2: MARKUP}, reason=MARKUP)

    def tell(look):
        with reading(run) as reader:
            return look(told_plan(reader, run))

    return tell


@pytest.fixture
def as_text(told):
    def as_text(name):
        file = io.StringIO(newline="")
        told(lambda plan: plan_writers()[name].write(plan, file))
        return file.getvalue()

    return as_text


def test_every_format_is_found():
    assert list(plan_writers()) == ["csv", "html", "json", "markdown"]
    assert [writer.name for writer in plan_writers().values() if writer.is_for_files] == ["html"]


def test_decisions_and_reasons_count_every_row(told):
    plan = told(lambda plan: plan)
    assert plan.decisions == {"do": 88, "skip": 7, "block": 4, "invalid": 1}
    assert plan.total == sum(group.rows for group in plan.groups) == 100
    meanings = {group.reason: group.meaning for group in plan.groups}
    assert meanings["no-contact"] == "no contact at all"
    assert meanings["duplicate-row"] == "another row is about the same user"


def test_users_who_see_the_same_are_told_of_together_whatever_brings_the_message(told):
    first, second = told(lambda plan: plan.experiences)
    assert (first.users, first.media) == (84, {"email": 75, "sms": 9})
    assert first.steps == ("reset-password", "sign-out")
    assert "a message with a code arrives" in first.sees[0]
    assert (second.users, len(second.sees)) == (4, 3)


def test_what_cannot_be_undone_is_told_of_each_action_with_its_users(told):
    lasting = told(lambda plan: {one.action: one.users for one in plan.lasting})
    assert lasting == {"reset-password": 88, "sign-out": 88, "verify-email": 4}


def test_whom_a_plan_bills_is_told_by_action_and_with_the_read_backs(told):
    billing = told(lambda plan: plan.billing)
    assert billing.users == 88
    assert billing.by_action == {"verify-email": 4, "sign-out": 88}
    assert billing.read_backs
    assert billing.read_in_full == 0


def test_users_whom_planning_read_in_full_are_billed_already(tmp_path):
    run = plan_file(tmp_path / "b.run", 10, read="get", calls={"AdminGetUser": 10})
    with reading(run) as reader:
        assert told_plan(reader, run).billing.read_in_full == 10


def test_waves_and_days_are_those_of_the_timeline(told):
    course = told(lambda plan: plan.course)
    assert [wave.rows for wave in course.waves] == [10, 1, 9, 68]
    assert course.waves[0].begin == PLANNED_AT
    assert course.waves[1].begin - course.waves[0].end == pytest.approx(600)
    assert sum(day.rows for day in course.days) == 88
    assert course.finish > PLANNED_AT + 1800


def test_a_run_without_preflight_says_so_and_one_with_nothing_found_says_that(tmp_path, as_text):
    assert "web-legacy" in as_text("markdown")
    for name, findings, told in (
        ("none", None, "a plan from a snapshot asks nobody"),
        ("empty", [], "nothing found"),
    ):
        run = plan_file(tmp_path / f"{name}.run", 10, findings=findings)
        file = io.StringIO()
        with reading(run) as reader:
            plan_writers()["markdown"].write(told_plan(reader, run), file)
        assert told in file.getvalue()


def test_markdown_counts_everything_and_names_no_user(as_text):
    text = as_text("markdown")
    assert "| 75 | do | ready | status CONFIRMED with a verified contact that recovery uses |" in text
    assert "5 rows are blocked or cannot be used" in text
    assert "@example.com" not in text


def test_markdown_takes_nothing_for_markup_that_somebody_wrote(as_text):
    (line,) = (line for line in as_text("markdown").splitlines() if line.startswith("- reason:"))
    assert line == "- reason: \\| \\*bold\\* \\<b\\>\\`code\\`\\</b\\> \\[link\\](x) ⟨U+202E⟩\\~\\~"


def test_json_holds_everything_and_every_row(as_text):
    tree = json.loads(as_text("json"))
    assert tree["decisions"]["do"] == 88
    assert tree["origin"]["planned_at"] == "2026-11-23T04:30:00.000Z"
    assert tree["course"]["days"][0] == {"day": "2026-11-23", "rows": 88, "messages": {"email": 79, "sms": 9}}
    assert [one["severity"] for one in tree["findings"]] == ["problem", "warning", "note"]
    assert len(tree["rows"]) == 100
    assert tree["rows"][0] == {
        **dict.fromkeys(COLUMNS, ""),
        "row": 1,
        "identifier": NASTY,
        "username": NASTY,
        "decision": "do",
        "reason": "ready",
        "steps": "reset-password sign-out",
        "medium": "email",
        "wave": 1,
        "state": "CONFIRMED, enabled, email verified, phone none",
        "manifest": {},
    }


def test_csv_has_a_line_for_each_row_and_no_formula(as_text):
    lines = list(csv.reader(io.StringIO(as_text("csv"), newline="")))
    assert lines[0] == list(COLUMNS)
    assert len(lines) == 101
    assert lines[1][1] == f"'{NASTY}"


def test_the_manifests_own_columns_follow_in_csv_and_json(tmp_path):
    run = plan_file(
        tmp_path / "c.run", 3, extras=pd.DataFrame({"ticket": ["a", "b", "c"], "wave": ["x"] * 3})
    )
    files = {}
    for name in ("csv", "json"):
        files[name] = io.StringIO(newline="")
        with reading(run) as reader:
            plan_writers()[name].write(told_plan(reader, run), files[name])
    head, first, *_ = csv.reader(io.StringIO(files["csv"].getvalue(), newline=""))
    assert (head[-2:], first[-2:]) == (["ticket", "manifest.wave"], ["a", "x"])
    assert json.loads(files["json"].getvalue())["rows"][2]["manifest"] == {"ticket": "c", "wave": "x"}


def test_a_selection_a_snapshot_and_the_approvals_that_are_missing_are_told(tmp_path):
    selection = {"text": "group: admins", "matched": 10, "looked_at": 60, "read": "scan"}
    meta = {"selection": selection, "snapshot": {"path": "pool.parquet", "taken_at": PLANNED_AT}}
    run = plan_file(tmp_path / "e.run", 10, meta=meta, approvals=2)
    told = {}
    for name in ("html", "markdown"):
        file = io.StringIO(newline="")
        with reading(run) as reader:
            plan_writers()[name].write(told_plan(reader, run), file)
        told[name] = file.getvalue()
        assert "group: admins: 10 of 60 users looked at (scan)" in told[name]
        assert "leaked-users.csv" not in told[name]
        assert "2 other than the planner must approve it" in told[name]
    assert "of 10 selected" in told["html"]
    assert "pool.parquet" in told["html"]


def test_a_plan_that_does_nothing_can_be_told_in_every_format(tmp_path):
    run = plan_file(tmp_path / "d.run", 0)
    for name, writer in plan_writers().items():
        file = io.StringIO(newline="")
        with reading(run) as reader:
            writer.write(told_plan(reader, run), file)
        assert file.getvalue(), name
