"""Passwords of words, to be told over the telephone: `maple_rover_stone_…`, each as likely as the next.

The words are the EFF's long list, which is made for this: common, easy to spell, none that offends. `_` joins
them, and counts as a symbol. A capital and a digit are in it where the policy asks: the first letter, and a
digit of its own at the end.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from bulkreset.secrets.characters import DIGITS

JOINT = "_"


class Words:
    """Passwords of so many words which are `shortest` to `longest` characters long."""

    def __init__(
        self,
        words: int,
        *,
        capital: bool,
        digit: bool,
        shortest: int,
        longest: int,
        listed: Sequence[str] = (),
    ) -> None:
        self._listed = listed or listed_words()
        self._words, self._capital = words, capital
        self._shortest, self._longest = shortest, longest
        self._ends = tuple(JOINT + one for one in DIGITS) if digit else ("",)
        self._drawn_from = len(self._listed) ** words * len(self._ends)
        end, lengths = len(self._ends[0]), tuple(Counter(map(len, self._listed)).items())
        self.possible = len(self._ends) * sum(
            ways
            for length, ways in _ways(lengths, words, longest).items()
            if shortest <= length + end <= longest
        )
        """How many passwords there are."""

    @property
    def draws(self) -> float:
        """How many are drawn on average until one has the length that is asked for."""
        return self._drawn_from / self.possible if self.possible else float("inf")

    def draw(self) -> str:
        """One of the possible passwords, each equally likely."""
        while True:
            words = JOINT.join(secrets.choice(self._listed) for _ in range(self._words))
            password = words + secrets.choice(self._ends)
            if self._shortest <= len(password) <= self._longest:
                return password[0].upper() + password[1:] if self._capital else password


@cache
def _ways(lengths: tuple[tuple[int, int], ...], words: int, longest: int) -> Mapping[int, int]:
    """In how many ways so many joined words come to each length, up to the longest."""
    if words <= 1:
        return dict(lengths) if words == 1 else {}
    added: Counter[int] = Counter()
    for length, times in lengths:
        for before, ways in _ways(lengths, words - 1, longest).items():
            if (total := before + len(JOINT) + length) <= longest:
                added[total] += ways * times
    return added


@cache
def listed_words() -> tuple[str, ...]:
    """The list, less the few words with a hyphen."""
    from xkcdpass import xkcd_password  # noqa: PLC0415 - a library that few jobs need

    words = xkcd_password.generate_wordlist("eff-long", min_length=3, max_length=9, valid_chars="[a-z]")
    return tuple(sorted(words))
