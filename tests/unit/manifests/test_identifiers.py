from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from bulkreset.manifests.identifiers import _wrong, judge
from bulkreset.users import IdentifierKind

USERNAME, SUB, EMAIL, PHONE = IdentifierKind

SOUND = [
    (USERNAME, "bob"),
    (USERNAME, "007"),
    (USERNAME, "Google_123"),
    (USERNAME, 'o\'brien,"x";@'),
    (USERNAME, "山田"),
    (USERNAME, "e\u0301"),
    (USERNAME, "x" * 128),
    (SUB, "d4c8e4f8-7011-70a1-4e2f-5b1c3a6f9d10"),
    (SUB, "not-a-uuid"),
    (EMAIL, "a@b"),
    (EMAIL, "first.last+tag@exämple.org"),
    (EMAIL, "x" * 2046 + "@y"),
    (PHONE, "+1234"),
    (PHONE, "+123456789012345"),
]

WRONG = [
    (USERNAME, "two words", "username 'two words' has a space in it; remove it"),
    (USERNAME, "tab\there", r"username 'tab\there' has a space in it; remove it"),
    (USERNAME, "a\u00a0b", r"username 'a\xa0b' has a space in it; remove it"),
    (USERNAME, "a\u200bb", r"username 'a\u200bb' has an invisible character in it; type it anew"),
    (USERNAME, "a\x07", r"username 'a\x07' has an invisible character in it; type it anew"),
    (USERNAME, "x" * 129, f"username '{'x' * 39}…' has 129 characters; Cognito allows 128"),
    (SUB, "x" * 129, f"sub '{'x' * 39}…' has 129 characters; Cognito allows 128"),
    (EMAIL, "foo", "email 'foo' has no @; write name@domain"),
    (EMAIL, "a@b@c", "email 'a@b@c' has more than one @; write one address"),
    (EMAIL, "a@b.org;c@d.org", "email 'a@b.org;c@d.org' has more than one @; write one address"),
    (EMAIL, "@b", "email '@b' has nothing before the @; write name@domain"),
    (EMAIL, "a@", "email 'a@' has nothing after the @; write name@domain"),
    (EMAIL, "a b@c", "email 'a b@c' has a space in it; remove it"),
    (EMAIL, "x" * 2047 + "@y", f"email '{'x' * 39}…' has 2049 characters; Cognito allows 2048"),
]

NUMBER = "write + and 4 to 15 digits with the country code, such as +14155550123"
WRONG_NUMBERS = {
    "14155550123": NUMBER,
    "+1 415 555": NUMBER,
    "+123": NUMBER,
    "+1234567890123456": NUMBER,
    "+١٢٣٤٥": NUMBER,
    "1.41556E+10": ("a spreadsheet has rounded it, format the column as text and write the number again"),
}


@pytest.mark.parametrize(("kind", "value"), SOUND)
def test_a_sound_identifier_passes(kind, value):
    assert judge(kind, value) == ""
    assert _wrong(kind, pd.Series([value], dtype="str")) == {}


@pytest.mark.parametrize(("kind", "value", "problem"), WRONG)
def test_a_wrong_identifier_is_told_in_words(kind, value, problem):
    assert judge(kind, value) == problem
    assert _wrong(kind, pd.Series(["a@b", value], dtype="str")).get(1) == problem


@pytest.mark.parametrize(("value", "advice"), WRONG_NUMBERS.items())
def test_a_wrong_phone_number_is_told_in_words(value, advice):
    assert judge(PHONE, value) == f"phone_number '{value}' is not in E.164 form; {advice}"


@settings(deadline=None)
@given(
    st.sampled_from(list(IdentifierKind)),
    st.lists(
        st.text(st.sampled_from("+@0123456789ab \u00a0\u200bü") | st.characters(codec="utf-8"), min_size=1),
        min_size=1,
    ),
)
def test_judging_a_column_agrees_with_judging_each_value(kind, values):
    expected = {row: judge(kind, value) for row, value in enumerate(values) if judge(kind, value)}
    assert _wrong(kind, pd.Series(values, dtype="str")) == expected


def test_the_first_identifier_that_is_given_counts(read):
    manifest = read(
        "users.csv",
        "phone_number,email,sub,username\n+12345,a@b,s,u\n+12345,a@b,s,\n+12345,a@b, ,\n+12345,,,\n,,,\n",
    )
    assert manifest.rows["kind"].tolist() == ["username", "sub", "email", "phone_number", ""]
    assert manifest.rows["identifier"].tolist() == ["u", "s", "a@b", "+12345", ""]
    assert manifest.rows["problem"].tolist() == [
        *[""] * 4,
        "no identifier; write `username`, `sub`, `email` or `phone_number`",
    ]


def test_a_later_identifier_does_not_stand_in_for_a_wrong_one(read):
    rows = read("users.csv", "username,email\ntwo words,a@b\n").rows
    assert rows[["kind", "identifier"]].to_numpy().tolist() == [["username", "two words"]]


def test_space_around_an_identifier_does_not_count(read):
    assert read("users.csv", "email\n  a@b \n").rows["identifier"].tolist() == ["a@b"]


def test_a_misnamed_identifier_is_told_to_the_users_who_have_nothing_else(read):
    rows = read("users.yaml", "- email: a@b\n- {Phone: '+12345'}\n- {note: x}\n").rows
    assert rows["problem"].tolist() == [
        "",
        "no identifier; rename 'Phone' to `phone_number`",
        "no identifier; write `username`, `sub`, `email` or `phone_number`",
    ]
