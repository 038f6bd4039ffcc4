from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings, strategies as st

from bulkreset.errors import InputError
from bulkreset.manifests import yaml as yaml_format, yaml_events


def values_of(path, users_per_table=10_000):
    return [
        row for table in yaml_format.read(path, users_per_table) for row in table.frame.to_dict("records")
    ]


@pytest.fixture
def written(tmp_path):
    def written(content: str | bytes):
        path = tmp_path / "users.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.mark.parametrize(
    "text", ["007", "no", "on", "2024-01-01", "1e5", "0x1F", "1_000", ".inf", "true", "12:30:45", "=", "<<"]
)
def test_plain_text_stays_as_written(written, text):
    assert values_of(written(f"- {{username: x, note: {text}}}\n")) == [{"username": "x", "note": text}]


@pytest.mark.parametrize("null", ["null", "Null", "NULL", "~", ""])
def test_a_plain_null_is_an_absent_value_and_a_quoted_one_is_text(written, null):
    users = values_of(written(f"- username: {null}\n- username: '{null}'\n"))
    assert users == [{"username": ""}, {"username": null}]


def test_block_text_is_text(written):
    assert values_of(written("- note: |\n    one\n    two\n- note: >-\n    one\n    two\n")) == [
        {"note": "one\ntwo\n"},
        {"note": "one two"},
    ]


def test_a_user_without_a_value_that_others_have_has_it_empty(written):
    assert values_of(written("- {a: 1}\n- {b: 2}\n")) == [{"a": "1", "b": ""}, {"a": "", "b": "2"}]


def test_columns_are_only_ever_added_at_the_end(written):
    tables = list(yaml_format.read(written("- {b: 1}\n- {a: 2}\n- {c: 3, b: 4}\n"), 1))
    assert [table.frame.columns.tolist() for table in tables] == [["b"], ["b", "a"], ["b", "a", "c"]]


def test_lines_are_those_where_users_start(written):
    text = "# users\n- username: a\n  note: x\n\n- {username: b}\n-\n  username: c\n"
    (table,) = yaml_format.read(written(text))
    assert table.lines.tolist() == [2, 5, 7]


def test_defaults_hold_where_a_user_says_nothing(written):
    text = """
        defaults: {goal: sign-out, policy: {unverified: skip}, note: d}
        users:
        - {username: a}
        - {username: b, goal: force-reset, note: ~, policy.unverified: block}
    """
    assert values_of(written(text)) == [
        {"goal": "sign-out", "policy.unverified": "skip", "note": "d", "username": "a"},
        {"goal": "force-reset", "policy.unverified": "block", "note": "", "username": "b"},
    ]


@pytest.mark.parametrize(
    "policy", ["policy: {unverified: skip}", "policy.unverified: skip", "Policy.Unverified: skip"]
)
def test_policy_is_written_nested_or_with_a_dot(written, policy):
    assert values_of(written(f"- {{username: a, {policy}}}\n")) == [
        {"username": "a", "policy.unverified": "skip"}
    ]


def test_names_with_a_meaning_are_taken_in_any_case_and_others_as_they_are(written):
    assert values_of(written("- {Username: a, Note: x}\n- {USERNAME: b}\n")) == [
        {"username": "a", "Note": "x"},
        {"username": "b", "Note": ""},
    ]


@pytest.mark.parametrize(
    ("mark", "encoding"), [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")]
)
def test_encodings_are_those_of_csv(written, mark, encoding):
    assert values_of(written(mark + "- note: ü €\r\n".encode(encoding))) == [{"note": "ü €"}]


def test_bad_users_are_problems_of_their_rows_and_the_others_are_read(written):
    text = "- {a: 1}\n- bob@x.org\n- [a]\n-\n- {a: [1, {b: 2}], c: 3}\n"
    text += "- {? [x] : 1, a: 4}\n- {a: 5, a: 6}\n- {a: 7}\n"
    (table,) = yaml_format.read(written(text))
    assert table.frame["a"].tolist() == ["1", "", "", "", "", "4", "5", "7"]
    assert dict(table.problems) == {
        1: "'bob@x.org' is not a user (line 2, column 3); write `- email: bob@x.org`",
        2: "a list where a user should be (line 3, column 3); write `- email: name@domain`",
        3: "an empty user (line 4, column 2); remove it, or write `- email: name@domain`",
        4: "the value of 'a' is not plain text (line 5, column 7); write one value, in quotes if need be",
        5: "a key that is not a name (line 6, column 6); write `name: value`",
        6: "'a' is given twice (line 7, column 10); remove one",
    }


def test_an_error_far_down_comes_after_the_users_above_it(written):
    tables = yaml_format.read(written("- {a: 1}\n- {a: 2}\n- {a: *x}\n"), 1)
    assert next(tables).frame["a"].tolist() == ["1"]
    with pytest.raises(InputError, match=r":3:7: an alias"):
        list(tables)


def test_the_slow_parser_reads_the_same(written, monkeypatch):
    path = written("- {username: 007, note: ~}\n- note: 'ü'\n  policy: {unverified: no}\n")
    quick = values_of(path)
    monkeypatch.setattr(yaml_events, "LOADER", yaml_events.yaml.SafeLoader)
    assert values_of(path) == quick


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
)


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries({"username": TEXT, "note": TEXT}), min_size=1), st.integers(1, 4))
def test_what_a_yaml_writer_writes_is_read_back(tmp_path_factory, users, users_per_table):
    path = tmp_path_factory.mktemp("round-trip") / "users.yaml"
    text = yaml_events.yaml.safe_dump(users, allow_unicode=True, default_style='"')
    path.write_text(text, encoding="utf-8", newline="")
    assert values_of(path, users_per_table) == users
