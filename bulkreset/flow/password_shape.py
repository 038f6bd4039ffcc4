"""What is remembered of a given password until the pool's policy is known: enough to tell whether it fits."""

from __future__ import annotations

import re
from typing import NamedTuple

from bulkreset.pool import PasswordPolicy

LONGEST_MINIMUM = 99
"""API Reference, PasswordPolicyType: no policy asks for more."""

UPPERCASE, LOWERCASE, NUMBER = re.compile("[A-Z]"), re.compile("[a-z]"), re.compile("[0-9]")
SYMBOL = re.compile(r"""[-^$*.[\]{}()?"!@#%&/\\,><':;|_~`+=]""")
"""Developer Guide, "Adding user pool password requirements"; other characters are of no kind."""


class Shape(NamedTuple):
    length: int
    uppercase: bool
    lowercase: bool
    number: bool
    symbol: bool

    def fits(self, policy: PasswordPolicy) -> bool:
        return (
            self.length >= policy.minimum_length
            and self.uppercase >= policy.uppercase
            and self.lowercase >= policy.lowercase
            and self.number >= policy.numbers
            and self.symbol >= policy.symbols
        )


def shape_of(text: str) -> Shape:
    kinds = (kind.search(text) is not None for kind in (UPPERCASE, LOWERCASE, NUMBER, SYMBOL))
    return Shape(min(len(text), LONGEST_MINIMUM), *kinds)
