"""The manifest of what is left: exactly those rows, reading back as what they were, each with why."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from bulkreset.goals.registry import policy_keys
from bulkreset.ledger.read import ReportRow, StepRecord
from bulkreset.ledger.states import Outcome, StepState
from bulkreset.manifests.reading import ManifestChunk, read_manifest
from bulkreset.reporting.retry import RETRY_COLUMNS, retry_table

RESET = ("reset-password", "sign-out")


def row(number: int = 1, **changes: Any) -> ReportRow:
    """A row of user ada that was planned and never begun."""
    values: dict[str, Any] = {
        "row": number,
        "identifier": "ada@example.com",
        "username": "ada",
        "decision": "do",
        "reason": "ready",
        "steps": RESET,
        "problem": "",
        "outcome": Outcome.NOT_ATTEMPTED,
        "records": (),
        "extras": (),
        "wave": 1,
        "kind": "email",
        "overrides": "",
    }
    return ReportRow(**values | changes)


def step(ordinal: int, state: StepState, code: str = "", message: str = "") -> StepRecord:
    return StepRecord(ordinal, RESET[ordinal], state, 1, 1.0, 1.0, 2.0, "id", code, message)


def written(rows: list[ReportRow], *extra_columns: str) -> str:
    header, lines = retry_table(lambda: rows, extra_columns)
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(lines)
    return file.getvalue()


def table(rows: list[ReportRow], *extra_columns: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(rows, *extra_columns), newline="")))


def joined(path: Path, goal: str = "force-reset") -> ManifestChunk:
    chunks = list(read_manifest(path, policy_keys(), goal))
    return ManifestChunk(
        pd.concat([chunk.rows for chunk in chunks], ignore_index=True),
        pd.concat([chunk.extras for chunk in chunks], ignore_index=True).fillna(""),
    )


@pytest.fixture
def read_back(tmp_path):
    def read_back(rows: list[ReportRow], *extra_columns: str) -> ManifestChunk:
        path = tmp_path / "rest.csv"
        path.write_text(written(rows, *extra_columns), encoding="utf-8", newline="")
        return joined(path)

    return read_back


def test_only_rows_that_are_neither_done_nor_skipped_are_left():
    rows = [row(number, outcome=outcome) for number, outcome in enumerate(Outcome)]

    assert [line["retry_outcome"] for line in table(rows)] == [
        "failed",
        "unknown",
        "drifted",
        "blocked",
        "invalid",
        "not-attempted",
    ]


def test_a_row_names_the_user_that_was_found_and_otherwise_what_the_manifest_wrote():
    rows = [row(1), row(2, username="", identifier="nobody@example.com", outcome=Outcome.BLOCKED)]

    assert [(line["username"], line["email"]) for line in table(rows)] == [
        ("ada", ""),
        ("", "nobody@example.com"),
    ]


def test_an_identifier_that_is_an_extra_too_stays_in_its_own_column():
    rows = [
        row(
            1, username="", kind="email", identifier="a@b", extras=("", " a@b ", "x"), outcome=Outcome.BLOCKED
        ),
        row(2, username="bob", kind="username", identifier="bob", extras=("1", "b@b", "y")),
    ]
    lines = table(rows, "sub", "Email", "note")

    assert list(lines[0]) == ["username", "goal", "sub", "Email", "note", *RETRY_COLUMNS]
    assert [(line["username"], line["Email"]) for line in lines] == [("", " a@b "), ("bob", "b@b")]


def test_an_identifier_goes_into_an_extra_column_that_came_later_in_the_manifest():
    (line,) = table([row(username="", identifier="a@b", extras=("",))], "email")

    assert line["email"] == "a@b"


def test_the_wishes_of_a_row_are_columns_again():
    wishes = '{"goal":"force-reset","policy":{"sign_out":"none","unverified":"verify-email"}}'
    first, second = table([row(1, overrides=wishes), row(2)])

    assert [first["goal"], first["policy.sign_out"], first["policy.unverified"]] == [
        "force-reset",
        "none",
        "verify-email",
    ]
    assert [second["goal"], second["policy.sign_out"], second["policy.unverified"]] == ["", "", ""]


def test_a_row_of_which_only_the_sign_out_is_left_asks_for_that_alone(read_back):
    records = (step(0, StepState.DONE), step(1, StepState.FAILED, "InternalErrorException", "try again"))
    failed = row(outcome=Outcome.FAILED, records=records, overrides='{"policy":{"unverified":"skip"}}')

    (line,) = table([failed])
    assert (line["goal"], line["policy.unverified"]) == ("sign-out", "")
    assert line["retry_reason"] == "sign-out: try again (after reset-password)"
    assert read_back([failed]).rows["problem"].tolist() == [""]


def test_a_row_whose_reset_is_left_asks_for_what_it_asked_before():
    records = (step(0, StepState.FAILED, "LimitExceededException", "Attempt limit exceeded"),)
    (line,) = table([row(outcome=Outcome.FAILED, records=records)])

    assert line["goal"] == ""


def test_a_row_that_only_ever_was_to_be_signed_out_needs_no_goal_of_its_own():
    (line,) = table([row(steps=("sign-out",))])

    assert line["goal"] == ""


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({}, "", "the run has not come to this row"),
        (
            {"outcome": Outcome.BLOCKED, "reason": "not-found"},
            "not-found",
            "no user of the pool has this identifier",
        ),
        (
            {"outcome": Outcome.INVALID, "username": "", "problem": "email 'foo' has no @"},
            "invalid-row",
            "email 'foo' has no @",
        ),
        (
            {
                "outcome": Outcome.FAILED,
                "records": (step(0, StepState.FAILED, "UserNotFoundException", "gone"),),
            },
            "UserNotFoundException",
            "reset-password: gone",
        ),
        (
            {"records": (step(0, StepState.DONE),)},
            "partly-done",
            "reset-password done, sign-out not yet",
        ),
    ],
)
def test_a_row_says_why_it_was_not_done(changes, code, reason):
    (line,) = table([row(**changes)])

    assert (line["retry_code"], line["retry_reason"]) == (code, reason)


def test_a_retry_of_a_retry_says_only_the_latest_reason():
    lines = table([row(extras=("failed", "kept", "old"))], "retry_outcome", "note", " retry_reason ")

    assert list(lines[0]) == ["username", "goal", "note", *RETRY_COLUMNS]
    assert lines[0]["note"] == "kept"


def test_an_invalid_row_is_as_invalid_as_it_was(read_back):
    wrong = {"outcome": Outcome.INVALID, "username": "", "problem": "wrong"}
    rows = [
        row(1, **wrong, identifier="two words", kind="username"),
        row(2, **wrong, identifier="a@b", overrides='{"goal":"sign-oft"}'),
        row(3, **wrong, identifier="c@d", extras=("high",)),
    ]
    found = read_back(rows, "priority").rows

    assert found["identifier"].tolist() == ["two words", "a@b", "c@d"]
    assert [text.split(" ")[0] for text in found["problem"]] == ["username", "unknown", "priority"]


def test_a_row_whose_columns_cannot_be_trusted_names_nobody(read_back):
    """Its second column could be the first: read as it stands it might be about somebody else."""
    ragged = row(
        username="", kind="", identifier="a@b", problem="the row has 2 fields", extras=("x@y",),
        outcome=Outcome.INVALID,
    )  # fmt: skip
    found = read_back([ragged], "email").rows

    assert found["identifier"].tolist() == [""]
    assert "no identifier" in found["problem"][0]
    assert table([ragged], "email")[0]["retry_reason"] == "the row has 2 fields (read as 'a@b')"


def test_a_wish_that_no_column_can_say_makes_the_row_name_nobody(read_back):
    overrides = '{"policy":{"unverifed":"skip"}}'
    wrong = row(
        username="", identifier="a@b", problem="unknown", overrides=overrides, outcome=Outcome.INVALID
    )

    assert "no identifier" in read_back([wrong, row()]).rows["problem"][0]


def test_a_run_with_nothing_left_gives_a_header_that_is_sound():
    assert written([row(outcome=Outcome.DONE)]) == f"username,goal,{','.join(RETRY_COLUMNS)}\r\n"
    assert written([]) == f"username,goal,{','.join(RETRY_COLUMNS)}\r\n"


NASTY = st.one_of(
    st.sampled_from(
        [
            "=cmd|' /C calc'!A0",
            '"',
            '""',
            "a\nb",
            "a\rb",
            "a\r\nb",
            " x ",
            "'=1",
            ",;\t",
            "é漢😀",
            "@",
            "NA",
            "\0",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
IDENTIFIER = st.one_of(
    st.sampled_from(["=ada", '"ada"', "a,b", "'x", "+1555", "ünï", "a@b", "foo", "two words", "-"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(str.strip),
)
WISHES = st.sampled_from(
    [
        "",
        '{"goal":"sign-out"}',
        '{"policy":{"sign_out":"none"}}',
        '{"goal":"sign-oft","policy":{"federated":"x"}}',
    ]
)
ROWS = st.builds(
    lambda kind, identifier, username, extras, overrides, outcome: row(
        kind=kind, identifier=identifier.strip(), username=username, extras=extras, overrides=overrides,
        outcome=outcome,
    ),
    kind=st.sampled_from(["username", "sub", "email", "phone_number"]),
    identifier=IDENTIFIER,
    username=st.sampled_from(["", "=ada", 'a"b', "zoë"]),
    extras=st.tuples(NASTY, NASTY, st.sampled_from(["", "3", "high"])),
    overrides=WISHES,
    outcome=st.sampled_from(Outcome),
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(rows=st.lists(ROWS, max_size=8))
def test_the_manifest_reads_back_as_exactly_the_rows_that_are_left(rows, tmp_path_factory):
    rows = [*rows, row(99)]
    extra_columns = ("=note", 'ein "Name", und\nnoch einer', "priority")
    path = tmp_path_factory.mktemp("retry") / "rest.csv"
    path.write_text(written(rows, *extra_columns), encoding="utf-8", newline="")
    manifest = joined(path)
    left = [one for one in rows if one.outcome not in (Outcome.DONE, Outcome.SKIPPED)]

    assert manifest.rows["identifier"].tolist() == [one.username or one.identifier for one in left]
    assert manifest.rows["kind"].tolist() == ["username" if one.username else one.kind for one in left]
    assert [json.loads(text or "{}") for text in manifest.rows["overrides"]] == [
        json.loads(one.overrides or "{}") for one in left
    ]
    for position, name in enumerate(extra_columns):
        assert manifest.extras[name].tolist() == [
            one.extras[position].replace("\0", "\ufffd") if one.extras else "" for one in left
        ]
    assert manifest.extras["retry_outcome"].tolist() == [one.outcome.value for one in left]
