from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bulkreset.errors import InputError
from bulkreset.settings import yaml_positions
from bulkreset.settings.document import Place
from bulkreset.settings.yaml_positions import read_settings

PARSERS = [yaml.SafeLoader, yaml.CSafeLoader] if yaml.__with_libyaml__ else [yaml.SafeLoader]


@pytest.fixture(autouse=True, params=PARSERS, ids=lambda parser: parser.__name__)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_positions, "PARSER", request.param)


def refusal_of(path: Path) -> str:
    with pytest.raises(InputError) as refusal:
        read_settings(path)
    return str(refusal.value)


def test_values_and_keys_have_places(write) -> None:
    document = read_settings(
        write("# first\npool_id: a_B\nquotas:\n  UserUpdate: {share: 0.5}\nnames: [x, yy]\n")
    )
    assert document.tree == {"pool_id": "a_B", "quotas": {"UserUpdate": {"share": 0.5}}, "names": ["x", "yy"]}
    assert document.values["pool_id",] == Place(2, 10)
    assert document.keys["quotas", "UserUpdate"] == Place(4, 3)
    assert document.values["quotas", "UserUpdate", "share"] == Place(4, 23)
    assert document.values["names", 1] == Place(5, 12)


def test_columns_count_characters_and_not_bytes(write) -> None:
    assert read_settings(write("größe: {ü: 1}\n")).values["größe", "ü"] == Place(1, 12)


def test_what_is_absent_is_placed_at_the_mapping_that_lacks_it(write) -> None:
    document = read_settings(write("a: 1\ncaps:\n  x: 2\n"))
    assert document.place_of(("caps", "max_users")) == Place(3, 3)
    assert document.place_of(("goal",)) == Place(1, 1)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(write) -> None:
    document = read_settings(write(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n"))
    assert document.tree == {"a": 1, "b": 2}
    assert document.values["b",] == Place(2, 4)


def test_one_document_may_have_its_marks(write) -> None:
    assert read_settings(write("%YAML 1.2\n---\na: 1\n...\n")).tree == {"a": 1}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a: 1\nb: x\xff\n", ":2:5: byte 0xFF is not UTF-8; save the file as UTF-8"),
        (b"a: 1\nb: x\x00\n", ":2:5: a NUL is in the file; remove it"),
        (b"a: \x1b[31m\n", ":1:4: an unprintable character (U+001B) is in the file; remove it"),
        ("a: 1\n".encode("utf-16"), ":1:1: the file is UTF-16; save it as UTF-8"),
        (b"", ":1:1: the file holds no settings"),
        (b"# nothing\n", ":1:1: the file holds no settings"),
        (b"---\n", ":1:1: the file holds no settings"),
        (b"just words\n", ":1:1: the file holds a single value, not settings"),
        (b"- a\n", ":1:1: the file holds a list, not settings"),
        (b"? [a]\n: b\n", ":1:3: a key must be a plain word"),
        (b"a: 'open\n", ":2:1: not YAML: found unexpected end of stream"),
        (b"a: " + b"[" * 100_000, ":1:14: nested more than 10 levels deep"),
        (b"a: " + b"x" * 1_000_000, ": the file is over 1 MB"),
    ],
)
def test_what_is_no_settings_file_is_refused(write, content: bytes, told: str) -> None:
    path = write(content)
    assert refusal_of(path).startswith(f"{path}{told}")


def test_an_alias_bomb_is_refused_without_being_expanded(write) -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 30))
    problems = read_settings(write(f"l0: &l0 [x]\n{levels}")).problems
    assert [str(problem).split(":", 1)[1] for problem in problems[:3]] == [
        "1:5: anchor `&l0` is refused; leave it out, and repeat the value where needed",
        "2:5: anchor `&l1` is refused; leave it out, and repeat the value where needed",
        "2:10: alias `*l0` is refused; write the value itself here",
    ]


@pytest.mark.parametrize("text", ['"\\0"', '"\\e[31m"', '"\\u202e"'])
def test_escapes_do_not_smuggle_in_what_garbles_a_terminal(write, text: str) -> None:
    (problem,) = read_settings(write(f"reason: {text}\n")).problems
    assert (problem.line, problem.column) == (1, 9)
    assert problem.message == "an unprintable character is in this text"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path) == f"{tmp_path}: this is a directory; name the YAML file in it"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "job.yaml"
    assert refusal_of(path) == f"{path}: there is no such file; check the path"


def test_a_file_in_a_file_is_refused(write) -> None:
    path = write("a: 1\n") / "job.yaml"
    assert refusal_of(path) == (
        f"{path}: the file cannot be read (Not a directory); check the path and its permissions"
    )


def test_a_file_without_permission_is_refused(write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write("a: 1\n")
    monkeypatch.setattr(Path, "open", refuse)
    assert refusal_of(path).startswith(f"{path}: the file cannot be read (Permission denied)")
