"""Passwords conform to every policy, are each as likely as the next, and never come twice."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import Counter
from itertools import product
from types import SimpleNamespace

import pytest
from hypothesis import given, settings, strategies as st

from bulkreset.errors import InputError, Refused
from bulkreset.pool import PasswordPolicy
from bulkreset.secrets.characters import DIGITS, LOWER, UPPER, Characters
from bulkreset.secrets.generator import FEWEST_BITS, LONGEST, USUAL_BITS, Generator, Recipe
from bulkreset.secrets.words import Words, listed_words
from bulkreset.simulator.corrections.policy import check_password

FLAGS = list(product((False, True), repeat=4))
EVERY_POLICY = [PasswordPolicy(length, *flags) for length in range(6, 100) for flags in FLAGS]

COGNITOS_SYMBOLS = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"
MISREAD = "0Oo1Il|2Z5S8B"
VOWELS = "aeiouAEIOU"
EATEN = "<>&\"',;|\\`$=+-@^*.[]{}()?!#%/:~ \t\n\r"
SIGMAS = 9
"""A count of 200 or more that is off by so many standard deviations happens less than once in 1e14 times."""


def strictest(length: int = 8) -> PasswordPolicy:
    return PasswordPolicy(length, uppercase=True, lowercase=True, numbers=True, symbols=True)


def pool_with(policy: PasswordPolicy) -> SimpleNamespace:
    """What the simulator's own check looks at."""
    asked = {
        "MinimumLength": policy.minimum_length,
        "RequireUppercase": policy.uppercase,
        "RequireLowercase": policy.lowercase,
        "RequireNumbers": policy.numbers,
        "RequireSymbols": policy.symbols,
    }
    return SimpleNamespace(extended_config={"Policies": {"PasswordPolicy": asked}})


def conforms(policy: PasswordPolicy, password: str) -> bool:
    asked = {
        "[A-Z]": policy.uppercase,
        "[a-z]": policy.lowercase,
        "[0-9]": policy.numbers,
        f"[{re.escape(COGNITOS_SYMBOLS)}]": policy.symbols,
    }
    return policy.minimum_length <= len(password) <= LONGEST and all(
        re.search(pattern, password) for pattern, is_asked in asked.items() if is_asked
    )


def check(policy: PasswordPolicy, password: str) -> None:
    """The pool takes it, and nothing that it passes through changes or misreads it."""
    assert conforms(policy, password)
    check_password(pool_with(policy), password)
    assert re.fullmatch(r"[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])", password)
    assert not set(password) & set(EATEN)


def check_characters(policy: PasswordPolicy, password: str) -> None:
    check(policy, password)
    assert not set(password) & set(MISREAD + VOWELS)
    assert password.count("_") == policy.symbols
    assert all(re.search(kind, password) for kind in ("[a-z]", "[A-Z]", "[0-9]"))


def check_words(policy: PasswordPolicy, words: int, password: str) -> None:
    check(policy, password)
    said, _, digit = password.rpartition("_") if policy.numbers else (password, "", "")
    assert re.fullmatch("[34679]" if policy.numbers else "", digit)
    assert said[0].isupper() == policy.uppercase
    assert len(said.split("_")) == words
    assert set(said.lower().split("_")) <= set(listed_words())


def test_there_are_passwords_of_characters_for_every_policy():
    for policy in EVERY_POLICY:
        generator = Generator(policy, Recipe())
        assert generator.entropy_bits >= USUAL_BITS
        for _ in range(3):
            check_characters(policy, generator.new().reveal())


def test_there_are_passwords_of_words_for_every_policy():
    for policy in EVERY_POLICY:
        words = max(6, policy.minimum_length // 7)
        generator = Generator(policy, Recipe(words=words))
        assert generator.entropy_bits >= FEWEST_BITS
        for _ in range(2):
            check_words(policy, words, generator.new().reveal())


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(EVERY_POLICY),
    st.one_of(
        st.builds(Recipe, length=st.integers(-1, 300)),
        st.builds(Recipe, words=st.integers(-1, 70)),
    ),
)
def test_whatever_recipe_is_taken_conforms_and_is_hard_to_guess(policy, recipe):
    try:
        generator = Generator(policy, recipe)
    except InputError:
        return
    except Refused:
        assert policy.minimum_length > (recipe.length or 0)
        return
    assert generator.entropy_bits >= FEWEST_BITS
    password = generator.new().reveal()
    if recipe.words is None:
        assert len(password) == recipe.length
        check_characters(policy, password)
    else:
        check_words(policy, recipe.words, password)


REFUSALS = [
    (PasswordPolicy(8), Recipe(length=16, words=5), InputError, "write one of the two"),
    (PasswordPolicy(8), Recipe(length=257), InputError, "no password of 257 .*write length: 256 or less"),
    (PasswordPolicy(8), Recipe(length=11), InputError, "11 characters .*: 59 bits.*write length: 12 or more"),
    (PasswordPolicy(8), Recipe(length=0), InputError, "0 characters .*: 0 bits.*write length: 12 or more"),
    (PasswordPolicy(20), Recipe(length=8), InputError, "8 characters .*write length: 20 or more"),
    (PasswordPolicy(20), Recipe(length=19), Refused, "19 .* policy asks for 20; write length: 20 or more"),
    (PasswordPolicy(8), Recipe(words=4), InputError, "4 words .*: 51 bits.*write words: 5 or more"),
    (PasswordPolicy(8), Recipe(words=-1), InputError, "-1 words .*: 0 bits.*write words: 5 or more"),
    (PasswordPolicy(8), Recipe(words=33), InputError, "33 words are too long.*write words: 32 or less"),
    (PasswordPolicy(8), Recipe(words=10**9), InputError, "1,000,000,000 words.*write words: 32 or less"),
    (PasswordPolicy(60), Recipe(words=6), Refused, "6 words are shorter than the 60 .*write words: 8 or m"),
]


@pytest.mark.parametrize(("policy", "recipe", "error", "told"), REFUSALS)
def test_a_recipe_that_cannot_be_followed_is_refused_with_what_to_write(policy, recipe, error, told):
    with pytest.raises(error, match=told):
        Generator(policy, recipe)


def test_what_refusals_advise_is_taken():
    for policy, _, _, told in REFUSALS:
        for key, number in re.findall(r"write (length|words): (\d+)", told):
            Generator(policy, Recipe(**{key: int(number)}))


@pytest.mark.parametrize(
    "recipe", [Recipe(), Recipe(length=12), Recipe(words=5)], ids=["usual", "short", "words"]
)
@pytest.mark.parametrize("policy", [PasswordPolicy(6), strictest()], ids=["lenient", "strict"])
def test_no_password_comes_twice(policy, recipe):
    generator = Generator(policy, recipe)
    assert len({generator.new().reveal() for _ in range(2_000)}) == 2_000


def test_what_was_drawn_before_is_drawn_again():
    generator = Generator(PasswordPolicy(), Recipe())
    drawn = iter(["first", "first", "first", "second", "first", "second", "third"])
    generator._kind = SimpleNamespace(draw=lambda: next(drawn))
    assert [generator.new().reveal() for _ in range(3)] == ["first", "second", "third"]


def test_a_generator_keeps_no_passwords():
    generator = Generator(PasswordPolicy(), Recipe())
    passwords = [generator.new().reveal() for _ in range(5)]
    assert not any(password in repr(vars(generator)) for password in passwords)
    assert {len(mark) for mark in generator._given} == {8}


def every_string(characters: Characters, length: int, *, symbol: bool) -> list[str]:
    """All that the promises allow, the slow way."""
    alphabet = [*characters._all, *("_" if symbol else "")]
    return [
        text
        for text in map("".join, product(alphabet, repeat=length))
        if text[0] in characters._letters
        and text[-1] != "_"
        and text.count("_") == symbol
        and all(set(text) & kind for kind in characters._kinds)
    ]


SMALL = {"lower": "bc", "upper": "D", "digits": "34"}


@pytest.mark.parametrize("symbol", [False, True])
@pytest.mark.parametrize("length", range(7))
def test_passwords_of_characters_are_counted_right(length, symbol):
    characters = Characters(length, symbol=symbol, **SMALL)
    assert characters.possible == (len(every_string(characters, length, symbol=symbol)) if length else 0)


@pytest.mark.parametrize(("length", "symbol"), [(3, False), (4, False), (5, True)])
def test_every_password_of_characters_is_as_likely_as_the_next(length, symbol):
    characters = Characters(length, symbol=symbol, **SMALL)
    every = every_string(characters, length, symbol=symbol)
    check_evenly_drawn(characters, every)


@pytest.mark.parametrize("digit", [False, True])
def test_passwords_of_words_are_counted_right_and_each_is_as_likely_as_the_next(digit):
    listed = ("fig", "oak", "plum", "walnut")
    words = Words(2, capital=True, digit=digit, shortest=9, longest=12, listed=listed)
    ends = [f"_{one}" for one in DIGITS] if digit else [""]
    every = [f"{one}_{two}{end}".capitalize() for one in listed for two in listed for end in ends]
    check_evenly_drawn(words, [password for password in every if 9 <= len(password) <= 12])


def check_evenly_drawn(kind: Characters | Words, every: list[str]) -> None:
    assert kind.possible == len(every)
    times = 200
    drawn = Counter(kind.draw() for _ in range(times * len(every)))
    assert drawn.keys() == set(every)
    assert all(abs(count - times) < SIGMAS * math.sqrt(times) for count in drawn.values())


def by_kinds_seen(length: int, *, symbol: bool) -> int:
    """How many passwords there are, character by character: another way than inclusion and exclusion."""
    sizes = (len(LOWER), len(UPPER), len(DIGITS), 1)
    ways = Counter({frozenset(): 1})
    for place in range(length):
        longer: Counter[frozenset[int]] = Counter()
        allowed = {0, 1} if place == 0 else {0, 1, 2} if place == length - 1 else {0, 1, 2, 3}
        for seen, times in ways.items():
            for kind in allowed - ({3} & seen or (set() if symbol else {3})):
                longer[seen | {kind}] += times * sizes[kind]
        ways = longer
    return ways[frozenset(range(4 if symbol else 3))]


@pytest.mark.parametrize("symbol", [False, True])
@pytest.mark.parametrize("length", [12, 15, 16, 40, 256])
def test_the_entropy_that_is_told_is_that_of_all_passwords(length, symbol):
    generator = Generator(PasswordPolicy(symbols=symbol), Recipe(length=length))
    assert generator.entropy_bits == pytest.approx(math.log2(by_kinds_seen(length, symbol=symbol)))


def test_the_entropy_of_words_is_that_of_those_long_enough():
    free, bound = (Generator(PasswordPolicy(length), Recipe(words=6)) for length in (6, 48))
    assert free.entropy_bits == pytest.approx(6 * math.log2(len(listed_words())))
    assert free.entropy_bits - 2 <= bound.entropy_bits < free.entropy_bits
    assert Generator(strictest(6), Recipe(words=6)).entropy_bits == pytest.approx(
        free.entropy_bits + math.log2(len(DIGITS))
    )


def test_the_list_is_that_of_the_eff_less_its_hyphens():
    assert len(listed_words()) == 7776 - 4
    assert all(re.fullmatch("[a-z]{3,9}", word) for word in listed_words())


def test_no_character_is_preferred_at_any_place():
    draws = 20_000
    characters = Characters(15, symbol=True)
    places = [Counter(column) for column in zip(*(characters.draw() for _ in range(draws)), strict=True)]
    assert set(places[0]) == set(LOWER + UPPER)
    assert "_" not in places[-1]
    for kind in (LOWER, UPPER, DIGITS):
        evened = [sum(place[one] for one in kind) / len(kind) for place in places[1:-1]]
        usual = sum(evened) / len(evened)
        for place in places[1:-1]:
            assert all(abs(place[one] - usual) < SIGMAS * math.sqrt(usual) for one in kind)
    expected = draws / 13
    assert all(abs(place["_"] - expected) < SIGMAS * math.sqrt(expected) for place in places[1:-1])


def test_words_are_read_only_for_passwords_of_words():
    code = (
        "import sys; from bulkreset.secrets.generator import *; Generator(PasswordPolicy(), Recipe()).new();"
        "print('xkcdpass' in sys.modules)"
    )
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "False"
