"""The column `priority`: a whole number for each row that has one, and an extra like any other."""

from __future__ import annotations

import math

import pytest


@pytest.mark.parametrize(
    ("cell", "priority"),
    [("1", 1), (" 20 ", 20), ("-3", -3), ("+4", 4), ("007", 7), ("999999999999999", 999_999_999_999_999)],
)
def test_a_whole_number_is_a_priority(read, cell, priority):
    rows = read("users.csv", f"email,priority\na@b,{cell}\n").rows
    assert rows["priority"].tolist() == [priority]
    assert rows["problem"].tolist() == [""]


@pytest.mark.parametrize("cell", ["1.0", "1e3", "high", "1 000", "0x10", "١", "nan", "1234567890123456"])
def test_anything_else_is_a_problem_of_its_row_alone(read, cell):
    rows = read("users.csv", f"email,priority\na@b,{cell}\nc@d,2\n").rows
    assert rows["problem"].tolist() == [
        f"priority '{cell}': write a whole number, the lowest goes first, or rename the column",
        "",
    ]
    assert math.isnan(rows["priority"].iloc[0])
    assert rows["priority"].iloc[1] == 2


def test_a_row_without_a_priority_has_none(read):
    rows = read("users.csv", "email,priority\na@b,\nc@d,  \ne@f,0\n").rows
    assert rows["priority"].isna().tolist() == [True, True, False]
    assert rows["problem"].tolist() == ["", "", ""]


def test_a_manifest_without_the_column_has_no_priorities(read):
    rows = read("users.csv", "email,rank\na@b,1\n").rows
    assert rows["priority"].isna().all()


def test_a_row_that_cannot_be_used_has_no_priority(read):
    rows = read("users.csv", "email,priority\nfoo,1\nc@d,2\n").rows
    assert rows["priority"].isna().tolist() == [True, False]


def test_a_priority_stays_among_the_extras_untouched(read):
    extras = read("users.csv", "email,Priority \na@b, 07 \n").extras
    assert extras.to_dict("list") == {"Priority ": [" 07 "]}


def test_the_column_may_be_written_in_any_case(read):
    assert read("users.csv", "email,PRIORITY\na@b,7\n").rows["priority"].tolist() == [7]
    assert read("users.yaml", "- {email: a@b, Priority: 7}\n").rows["priority"].tolist() == [7]


def test_defaults_of_a_yaml_manifest_hold_for_priorities_too(read):
    text = "defaults: {priority: 5}\nusers:\n- email: a@b\n- {email: c@d, priority: 1}\n"
    assert read("users.yaml", text).rows["priority"].tolist() == [5, 1]


def test_a_row_with_a_broken_structure_is_told_that_alone(read):
    rows = read("users.csv", "email,priority,note\na@b,high\n").rows
    assert "priority" not in rows["problem"].iloc[0]
