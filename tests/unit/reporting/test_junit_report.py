"""The report as JUnit XML: what a viewer counts, and that nobody is named."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from reports import NASTY, report, report_row, step_record, written

from bulkreset.ledger.states import Outcome, StepState

TOTALS = {"failures": "failure", "errors": "error", "skipped": "skipped"}
VERDICTS = {*TOTALS.values()}
ALLOWED = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
}
"""Of the attributes in the schema of Jenkins' xUnit plug-in (junit-10.xsd), those that are written."""

PARENTS = {"testsuite": "testsuites", "testcase": "testsuite", **dict.fromkeys(VERDICTS, "testcase")}


def suites(*arguments, **changes):
    return ET.fromstring(written("junit", report(*arguments, **changes)))  # noqa: S314 - our own file


def failed(number=1, message="User does not exist.", code="UserNotFoundException", **changes):
    step = step_record(StepState.FAILED, code, message)
    return report_row(number, Outcome.FAILED, records=(step,), **changes)


def every_outcome():
    return [failed(), *(report_row(n, one) for n, one in enumerate(Outcome, 2) if one is not Outcome.FAILED)]


def verdict_of(case):
    return [child.tag for child in case]


def test_each_row_is_one_case_with_the_verdict_of_its_outcome():
    cases = {row.row: row.outcome for row in every_outcome()}

    found = {
        int(case.get("name").split()[1]): verdict_of(case)
        for case in suites(every_outcome()).iter("testcase")
    }

    assert {cases[number].value: verdict for number, verdict in found.items()} == {
        "done": [],
        "failed": ["failure"],
        "drifted": ["failure"],
        "blocked": ["failure"],
        "invalid": ["failure"],
        "unknown": ["error"],
        "skipped": ["skipped"],
        "not-attempted": ["skipped"],
    }


def test_the_totals_of_suites_and_of_all_are_those_of_the_cases():
    root = suites([*every_outcome(), report_row(9, wave=2), failed(10, wave=2)])

    for level in (root, *root):
        cases = list(level.iter("testcase"))
        assert int(level.get("tests")) == len(cases)
        for attribute, verdict in TOTALS.items():
            if attribute in level.keys():  # noqa: SIM118 - an element is no mapping
                assert int(level.get(attribute)) == sum(verdict_of(case) == [verdict] for case in cases)


def test_it_has_the_structure_that_viewers_know():
    root = suites(every_outcome())

    assert root.tag == "testsuites"
    for parent in root.iter():
        assert set(parent.keys()) <= ALLOWED[parent.tag]
        assert all(PARENTS[child.tag] == parent.tag for child in parent)
    for case in root.iter("testcase"):
        assert len(case) <= 1
        assert float(case.get("time")) >= 0


def test_waves_are_suites_in_their_order_then_the_rows_that_are_in_none():
    rows = [
        report_row(1, wave=10),
        report_row(2, Outcome.BLOCKED),
        report_row(3, wave=2),
        report_row(4, wave=10),
    ]

    root = suites(rows)

    assert [suite.get("name") for suite in root] == [
        "force-reset: wave 2",
        "force-reset: wave 10",
        "force-reset: blocked",
    ]
    assert [case.get("classname") for case in root[1]] == ["force-reset.wave 10"] * 2
    assert [case.get("name") for case in root[1]] == ["row 1", "row 4"]


def test_a_case_takes_as_long_as_its_row():
    row = report_row(
        records=(step_record(StepState.DONE), step_record(StepState.DONE, ordinal=1, seconds=1.5))
    )

    root = suites([row])

    assert (root[0][0].get("time"), root[0].get("time"), root.get("time")) == ("1.500",) * 3
    assert root[0].get("timestamp") == "2023-11-14T22:13:20.000"


def test_a_failure_has_its_code_its_text_and_what_to_do():
    (case,) = suites([failed()]).iter("failure")

    assert case.get("type") == "UserNotFoundException"
    assert case.get("message") == "reset-password: User does not exist."
    assert case.text == "the user was deleted meanwhile; nothing"


def test_a_skipped_row_says_why():
    (case,) = suites([report_row(1, Outcome.SKIPPED, reason="already-required")]).iter("skipped")

    assert (case.get("type"), case.get("message")) == ("already-required", "status RESET_REQUIRED")


def test_a_row_without_a_code_says_what_became_of_it():
    root = suites([report_row(1, Outcome.NOT_ATTEMPTED), report_row(2, Outcome.UNKNOWN)])

    told = [(one.get("type"), one.get("message")) for case in root[0] for one in case]
    assert told == [
        ("not-attempted", "the run has not come to this row"),
        ("unknown", "a call is out, or was when the process died"),
    ]


@pytest.mark.parametrize(
    "message",
    [
        "ada status is not FORCE_CHANGE_PASSWORD",
        "no ADA@EXAMPLE.COM here",
        "sent to ada.private@example.org",
        "sent to +491512345678",
    ],
)
def test_nobody_is_named_in_what_cognito_says(message):
    text = written("junit", report([failed(message=message)])).decode().lower()

    assert "ada" not in text
    assert "example" not in text
    assert "+49" not in text


def test_nobody_is_named_in_what_is_wrong_with_the_manifest():
    rows = [
        report_row(
            1, Outcome.INVALID, identifier="", username="", problem="email 'ada@@' has more than one @"
        ),
        report_row(2, Outcome.BLOCKED, reason="ambiguous", problem="fits ada, bea and cleo"),
    ]

    text = written("junit", report(rows, "note")).decode()

    assert "ada" not in text
    assert "bea" not in text
    assert "several users have the row's identifier" in text


def test_users_are_named_on_demand():
    root = suites([failed(message="ada is gone")], names_users=True)

    assert root[0][0].get("name") == "row 1: ada@example.com"
    assert root[0][0][0].get("message") == "reset-password: ada is gone"


def test_odd_characters_end_neither_the_file_nor_an_element():
    root = suites([failed(message=NASTY, identifier=NASTY, username="x")], names_users=True)

    clean = NASTY.translate(dict.fromkeys([0, 0x1F, 0xFFFE, 0xD800], "\ufffd"))
    assert root[0][0].get("name") == f"row 1: {clean}"
    assert root[0][0][0].get("message") == f"reset-password: {clean}"


def test_a_run_without_rows_is_a_file_without_suites():
    root = suites()

    assert (root.get("tests"), list(root)) == ("0", [])
