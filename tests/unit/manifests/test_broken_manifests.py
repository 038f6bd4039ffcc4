"""Each case file has a neighbour `*.expect`: every problem of it, word for word and in order.

Files whose bytes an editor or a checkout might mend are written here.
"""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from bulkreset.errors import InputError
from bulkreset.manifests.reading import problems, read_manifest
from bulkreset.settings.policy import GoalKeys

CASES = Path(__file__).parents[2] / "cases" / "broken_manifests"
NAMES = sorted(path.name for path in CASES.iterdir() if path.suffix in {".csv", ".yaml"})

HEADER = b"email,note\n"
SAVE = "save the file as UTF-8; spreadsheets call it `CSV UTF-8`"
BYTES = {
    "nul.csv": (HEADER + b"a@x.org,1\nb\0b@x.org,2\n", ["3:2: a NUL byte; save the file as UTF-8 text"]),
    "utf-16-without-mark.csv": (
        HEADER.decode().encode("utf-16-le"),
        ["1:2: a NUL byte; save the file as UTF-8 text"],
    ),
    "latin-1.csv": (
        HEADER + b"a@x.org,1\r\nb@x.org,caf\xe9\r\n",
        [f"3:12: the bytes e9 are not UTF-8 text; {SAVE}"],
    ),
    "cut-in-a-character.csv": (
        HEADER + b"a@x.org,\xe2\x82",
        [f"2:9: the bytes e2 82 are not UTF-8 text; {SAVE}"],
    ),
    "utf-16-cut.csv": (
        codecs.BOM_UTF16_LE + "email\na@x.org".encode("utf-16-le") + b"x",
        [f"2:8: the bytes 78 are not UTF-16-LE text; {SAVE}"],
    ),
    "empty.csv": (b"", ["the file is empty; write a header, and a line for each user"]),
    "byte-order-mark-alone.csv": (
        codecs.BOM_UTF8,
        ["the file is empty; write a header, and a line for each user"],
    ),
    "blank.csv": (b"\r\n \r\n", ["the file is empty; write a header, and a line for each user"]),
    "carriage-returns.csv": (
        HEADER.replace(b"\n", b"\r") + b'a@x.org,"1\r2"\r\rfoo,2\r',
        ["5: email 'foo' has no @; write name@domain"],
    ),
    "windows-line-ends.csv": (
        b'email,note\r\na@x.org,"1\r\n2"\r\n\r\nfoo,2\r\n',
        ["5: email 'foo' has no @; write name@domain"],
    ),
    "empty.yaml": (b"", ["the file is empty; write `- email: name@domain` for each user"]),
    "latin-1.yaml": (b"- email: a@x.org\n  note: \xe9\n", [f"2:9: the bytes e9 are not UTF-8 text; {SAVE}"]),
    "control-character.yaml": (
        b"- email: a@x.org\n  note: a\x07\n",
        ["2:10: an unprintable character (U+0007); remove it"],
    ),
    "tab.yaml": (
        b"- email: a@x.org\n\t- email: b@x.org\n",
        ["2:1: not YAML, found a tab character that violates indentation; indent with spaces, not with tabs"],
    ),
}


def told(path: Path, goal_keys: GoalKeys) -> list[str]:
    try:
        chunks = list(read_manifest(path, goal_keys, "force-reset"))
    except InputError as error:
        return [str(problem) for problem in error.problems]
    return [str(problem) for chunk in chunks for problem in problems(chunk, path)]


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_is_told_with_its_line_and_advice(name, goal_keys, monkeypatch):
    monkeypatch.chdir(CASES)
    expected = Path(f"{name}.expect").read_text(encoding="utf-8").splitlines()
    assert expected
    assert told(Path(name), goal_keys) == expected


@pytest.mark.parametrize("name", BYTES)
def test_every_problem_of_the_bytes_is_told_with_its_line_and_advice(name, goal_keys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content, expected = BYTES[name]
    Path(name).write_bytes(content)
    separators = [":" if problem[0].isdigit() else ": " for problem in expected]
    assert told(Path(name), goal_keys) == [
        f"{name}{separator}{problem}" for separator, problem in zip(separators, expected, strict=True)
    ]
