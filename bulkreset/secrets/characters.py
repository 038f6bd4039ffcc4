"""Passwords of single characters: which characters, where, and each password as likely as the next.

Left out is what people misread (0 O o, 1 I l, 2 Z, 5 S, 8 B), every other vowel, so that no password spells a
word that nobody should be sent, and every sign that means something to HTML, CSV, a shell, a URL or a
spreadsheet. `_` is what double clicks select as part of a word, and what no mail program wraps at.
"""

from __future__ import annotations

import secrets
from itertools import combinations

LOWER = "bcdfghjkmnpqrstvwxyz"
UPPER = "CDFGHJKLMNPQRTVWXY"
DIGITS = "34679"
SYMBOL = "_"


class Characters:
    """Passwords of one length: at least one small letter, capital and digit each, a letter in front.

    With `symbol` exactly one `_` stands in them, never at an end: two of them look like one.
    """

    def __init__(
        self, length: int, *, symbol: bool, lower: str = LOWER, upper: str = UPPER, digits: str = DIGITS
    ) -> None:
        self._kinds = [frozenset(kind) for kind in (lower, upper, digits)]
        self._letters, self._all = lower + upper, lower + upper + digits
        self._symbol, self._plain = symbol, length - symbol
        places = length - 2 if symbol else 1
        self.possible = places * self._with_every_kind() if self._plain >= len(self._kinds) else 0
        """How many passwords there are."""
        self._drawn_from = places * len(self._letters) * len(self._all) ** max(0, self._plain - 1)

    def draw(self) -> str:
        """One of the possible passwords, each equally likely."""
        while True:
            characters = self._nth(secrets.randbelow(self._drawn_from))
            if not any(kind.isdisjoint(characters) for kind in self._kinds):
                return "".join(characters)

    def _nth(self, number: int) -> list[str]:
        """The characters that a number stands for: its digits to the base of the alphabet."""
        usual, base = self._all, len(self._all)
        number, place = divmod(number, len(self._letters))
        characters = [self._letters[place]]
        for _ in range(self._plain - 1):
            number, place = divmod(number, base)
            characters.append(usual[place])
        if self._symbol:
            characters.insert(1 + number, SYMBOL)
        return characters

    def _with_every_kind(self) -> int:
        """Inclusion and exclusion: all, less those without one kind, plus those without two, …"""
        total = 0
        for used in range(len(self._kinds) + 1):
            for kinds in combinations(self._kinds, used):
                usual = frozenset().union(*kinds)
                letters = usual.intersection(self._letters)
                total += (-1) ** (len(self._kinds) - used) * len(letters) * len(usual) ** (self._plain - 1)
        return total
