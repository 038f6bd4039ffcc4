from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, strategies as st

from bulkreset.settings.scalars import NotFinite, plain_scalar


@pytest.mark.parametrize("word", ["", "~", "null", "Null", "NULL"])
def test_these_words_are_null(word: str) -> None:
    assert plain_scalar(word) is None


@pytest.mark.parametrize(
    ("word", "truth"), [("true", True), ("True", True), ("false", False), ("FALSE", False)]
)
def test_these_words_are_truths(word: str, truth: bool) -> None:
    assert plain_scalar(word) is truth


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("0x1F", 31),
        ("0o17", 15),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("2e3", 2e3),
    ],
)
def test_these_words_are_numbers(word: str, number: float) -> None:
    value = plain_scalar(word)
    assert value == number
    assert type(value) is type(number)


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "off",
        "yes",
        "On",
        "y",
        "2026-11-20",
        "2026-11-20T22:00:00Z",
        "0123",
        "00.5",
        "1_000",
        "12:30:00",
        "=",
        "<<",
    ],
)
def test_these_words_are_text(word: str) -> None:
    assert plain_scalar(word) == word


@pytest.mark.parametrize(
    "word", [".nan", ".NaN", ".inf", "-.INF", "+.Inf", "1e999", "9" * 5000, "0x" + "f" * 5000]
)
def test_these_words_are_no_usable_numbers(word: str) -> None:
    with pytest.raises(NotFinite):
        plain_scalar(word)


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_every_integer_comes_back(number: int) -> None:
    assert plain_scalar(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_comes_back(number: float) -> None:
    assert plain_scalar(repr(number)) == number


@given(st.text())
def test_no_word_raises_anything_unexpected(word: str) -> None:
    with contextlib.suppress(NotFinite):
        plain_scalar(word)
