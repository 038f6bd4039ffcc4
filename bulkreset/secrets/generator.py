"""New passwords that the pool accepts, people can read, and nobody guesses.

Decides how long they are, and which recipes are refused: those whose passwords the pool would not take, and
those that are too easily guessed.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import Protocol

from bulkreset.errors import InputError, Problem, Refused
from bulkreset.pool import PasswordPolicy
from bulkreset.secrets.characters import Characters
from bulkreset.secrets.secret import Secret
from bulkreset.secrets.words import Words

USUAL_BITS = 80
"""What passwords have whose length no recipe gives."""

FEWEST_BITS = 60

LONGEST = 256
"""Characters that Cognito takes (API Reference, PasswordType)."""

MOST_WORDS = 64
"""More are longer than that, whichever they are."""

MOST_DRAWS = 4
"""Words that hardly ever come to the length which a pool asks for cost time, and surprise: take more."""

MARK_BYTES = 8


@dataclass(frozen=True, slots=True)
class Recipe:
    """How passwords are to look: so many characters, or so many words, or neither for what is usual."""

    length: int | None = None
    words: int | None = None


class Kind(Protocol):
    """A set of passwords, one of which is drawn at random."""

    possible: int

    def draw(self) -> str: ...


class Generator:
    """Passwords after one recipe for one pool, never the same twice.

    Of those given it keeps marks alone, made with a key of its own: they tell nothing of the passwords.
    """

    def __init__(self, policy: PasswordPolicy, recipe: Recipe) -> None:
        self._kind = _kind(policy, recipe)
        self._key = secrets.token_bytes(16)
        self._given: set[bytes] = set()

    @property
    def entropy_bits(self) -> float:
        """The logarithm of how many passwords are possible; each of them is equally likely."""
        return _bits(self._kind)

    def new(self) -> Secret:
        while True:
            password = self._kind.draw()
            mark = hashlib.blake2b(password.encode(), digest_size=MARK_BYTES, key=self._key).digest()
            if mark not in self._given:
                self._given.add(mark)
                return Secret(password)


def _kind(policy: PasswordPolicy, recipe: Recipe) -> Kind:
    if recipe.words is None:
        return _characters(policy, recipe.length)
    if recipe.length is None:
        return _words(policy, recipe.words)
    raise InputError(Problem("passwords have either a length or a number of words", "write one of the two"))


def _characters(policy: PasswordPolicy, length: int | None) -> Kind:
    if length is None:
        usual = _length_for(USUAL_BITS, symbol=policy.symbols)
        return Characters(max(policy.minimum_length, usual), symbol=policy.symbols)
    if length > LONGEST:
        raise InputError(
            Problem(f"Cognito takes no password of {length:,} characters", f"write length: {LONGEST} or less")
        )
    kind = Characters(length, symbol=policy.symbols)
    shortest = max(policy.minimum_length, _length_for(FEWEST_BITS, symbol=policy.symbols))
    advice = f"write length: {shortest} or more, or leave it out"
    if _bits(kind) < FEWEST_BITS:
        raise InputError(Problem(f"passwords of {length} characters {_too_easy(kind)}", advice))
    if length < policy.minimum_length:
        raise Refused(
            f"the pool takes no password of {length} characters: its policy asks for "
            f"{policy.minimum_length}; {advice}"
        )
    return kind


@cache
def _length_for(bits: int, *, symbol: bool) -> int:
    return next(length for length in count(1) if _bits(Characters(length, symbol=symbol)) >= bits)


def _words(policy: PasswordPolicy, words: int) -> Kind:
    kind = _words_for(policy, words)
    if _fit(kind):
        return kind
    fitting = [number for number in range(1, MOST_WORDS + 1) if _fit(_words_for(policy, number))]
    if words > fitting[-1]:
        raise InputError(
            Problem(
                f"passwords of {words:,} words are too long: Cognito takes {LONGEST} characters",
                f"write words: {fitting[-1]} or less",
            )
        )
    advice = f"write words: {fitting[0]} or more"
    anyhow = _words_for(replace(policy, minimum_length=1), words)
    if _bits(anyhow) < FEWEST_BITS:
        raise InputError(Problem(f"passwords of {words} words {_too_easy(anyhow)}", advice))
    raise Refused(
        f"passwords of {words} words are shorter than the {policy.minimum_length} characters that the "
        f"pool's policy asks for; {advice}"
    )


def _words_for(policy: PasswordPolicy, words: int) -> Words:
    return Words(
        min(words, MOST_WORDS + 1),
        capital=policy.uppercase,
        digit=policy.numbers,
        shortest=policy.minimum_length,
        longest=LONGEST,
    )


def _fit(kind: Words) -> bool:
    return _bits(kind) >= FEWEST_BITS and kind.draws <= MOST_DRAWS


def _bits(kind: Kind) -> float:
    return math.log2(kind.possible) if kind.possible else 0.0


def _too_easy(kind: Kind) -> str:
    return f"are too easily guessed: {math.floor(_bits(kind))} bits, and {FEWEST_BITS} are the least"
