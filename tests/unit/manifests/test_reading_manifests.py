from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from bulkreset.errors import InputError, Problem
from bulkreset.manifests import csv as csv_format
from bulkreset.manifests.reading import problems, read_manifest
from bulkreset.manifests.registry import format_of, formats
from bulkreset.manifests.table import ManifestFormat


def test_the_rows_of_a_manifest_are_numbered_through_all_chunks(tmp_path, goal_keys, monkeypatch):
    in_small_blocks = ManifestFormat("csv", (".csv",), partial(csv_format.read, block_bytes=40))
    monkeypatch.setattr("bulkreset.manifests.reading.format_of", lambda _: in_small_blocks)
    path = tmp_path / "users.csv"
    path.write_text("email\n" + "".join(f"user{number}@x.org\n" for number in range(50)))
    chunks = list(read_manifest(path, goal_keys, "force-reset"))
    rows = pd.concat([chunk.rows for chunk in chunks])
    assert len(chunks) > 10
    assert rows["row"].tolist() == list(range(1, 51))
    assert rows["line"].tolist() == list(range(2, 52))


def test_rows_and_extras_share_columns_types_and_index(tmp_path, goal_keys):
    path = tmp_path / "users.csv"
    path.write_text("email,Note, x \na@b,1,007\nc,2,NA\n")
    (chunk,) = read_manifest(path, goal_keys, "force-reset")
    assert {name: str(dtype) for name, dtype in chunk.rows.dtypes.items()} == {
        "row": "int64",
        "line": "int64",
        "kind": "str",
        "identifier": "str",
        "overrides": "str",
        "priority": "float64",
        "problem": "str",
    }
    assert chunk.extras.index.equals(chunk.rows.index)
    assert chunk.extras.to_dict("list") == {"Note": ["1", "2"], " x ": ["007", "NA"]}


@pytest.mark.parametrize(
    ("header", "extras"),
    [
        ("username,email,note", ["email", "note"]),
        ("email,note", ["note"]),
        ("note,email,Sub,username", ["note", "email", "Sub"]),
        ("email,goal,policy.unverified", []),
        ("GOAL,Phone_Number, EMAIL ,Policy.Unverified,n", ["Phone_Number", "n"]),
    ],
)
def test_extras_are_all_but_the_overrides_and_the_first_identifier(read, header, extras):
    manifest = read("users.csv", f"{header}\n{',' * header.count(',')}\n")
    assert manifest.extras.columns.tolist() == extras


def test_problems_name_the_file_and_the_line(tmp_path, goal_keys):
    path = tmp_path / "users.csv"
    path.write_text("email\na@b\n\nfoo\n")
    (chunk,) = read_manifest(path, goal_keys, "force-reset")
    assert problems(chunk, path) == (Problem("email 'foo' has no @; write name@domain", file=path, line=4),)


def test_a_problem_of_the_structure_hides_those_of_the_values(read):
    rows = read("users.csv", "email,goal,n\nfoo,nothing\n").rows
    assert rows["problem"].tolist() == [
        "the row has 2 fields and the header 3; write the missing fields, empty ones too"
    ]
    assert rows[["kind", "identifier", "overrides"]].to_numpy().tolist() == [["", "foo", ""]]


@pytest.mark.parametrize("name", ["users.csv", "users.tsv", "USERS.CSV", "users.yaml", "users.yml"])
def test_the_suffix_tells_the_format(tmp_path, name):
    assert tmp_path.joinpath(name).suffix.lower() in format_of(tmp_path / name).suffixes


def test_no_two_formats_share_a_name_or_a_suffix():
    suffixes = [suffix for known in formats() for suffix in known.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert len({known.name for known in formats()}) == len(formats())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "users.cvs",
            "`.cvs` is not a manifest format; did you mean `.csv`? Known: `.csv`, `.tsv`, `.yaml` or `.yml`",
        ),
        ("users.xlsx", "`.xlsx` is not a manifest format; use `.csv`, `.tsv`, `.yaml` or `.yml`"),
        ("users", "the name has no suffix that tells the format; use `.csv`, `.tsv`, `.yaml` or `.yml`"),
    ],
)
def test_an_unknown_suffix_is_refused_before_anything_is_read(tmp_path, goal_keys, name, message):
    with pytest.raises(InputError) as refusal:
        read_manifest(tmp_path / name, goal_keys, "force-reset")
    assert str(refusal.value) == f"{tmp_path / name}: {message}"


@pytest.mark.parametrize("name", ["users.csv", "users.yaml"])
def test_a_file_that_cannot_be_opened_is_bad_input(tmp_path, goal_keys, name):
    with pytest.raises(InputError, match="there is no such file; check the path"):
        list(read_manifest(tmp_path / name, goal_keys, "force-reset"))
    (tmp_path / name).mkdir()
    with pytest.raises(InputError, match="the manifest cannot be read"):
        list(read_manifest(tmp_path / name, goal_keys, "force-reset"))


CELLS = {
    "username": st.sampled_from(["", "bob", "two words", " 007 "]),
    "email": st.sampled_from(["", "a@b", "foo"]),
    "goal": st.sampled_from(["", "sign-out", "nothing"]),
    "policy.unverified": st.sampled_from(["", "skip", "temporary-password"]),
    "note": st.sampled_from(["", "no", "1e5"]),
}


@settings(deadline=None)
@given(st.lists(st.tuples(*CELLS.values()), min_size=1, max_size=10))
def test_csv_and_yaml_give_the_same_rows_but_for_the_lines(tmp_path_factory, goal_keys, users):
    folder = tmp_path_factory.mktemp("same")
    as_csv, as_yaml = folder / "users.csv", folder / "users.yaml"
    as_csv.write_text("\n".join(",".join(row) for row in [CELLS, *users]))
    mappings = [
        ", ".join(f"{name}: '{cell}'" for name, cell in zip(CELLS, user, strict=True)) for user in users
    ]
    as_yaml.write_text("".join(f"- {{{mapping}}}\n" for mapping in mappings))
    (from_csv,) = read_manifest(as_csv, goal_keys, "force-reset")
    (from_yaml,) = read_manifest(as_yaml, goal_keys, "force-reset")
    pd.testing.assert_frame_equal(from_csv.rows.drop(columns="line"), from_yaml.rows.drop(columns="line"))
    pd.testing.assert_frame_equal(from_csv.extras, from_yaml.extras)
