"""What an unquoted YAML word means: the core schema of YAML 1.2.

Unlike YAML 1.1, `no`, `off`, dates and `1_000` are text. So is a number with a leading zero, which
is more often an identifier than a number.
"""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

MAX_DIGITS = 30


class NotFinite(ValueError):
    """The word is NaN, an infinity, or a number too large to compute with."""


def plain_scalar(word: str) -> Scalar:
    """The value of an unquoted word. Raises NotFinite."""
    if word in CONSTANTS:
        return CONSTANTS[word]
    if NOT_A_NUMBER.fullmatch(word):
        raise NotFinite
    for pattern, base in ((INTEGER, 10), (OCTAL, 8), (HEXADECIMAL, 16)):
        if pattern.fullmatch(word):
            if len(word) > MAX_DIGITS:
                raise NotFinite
            return int(word.removeprefix("0o"), base)
    if FLOAT.fullmatch(word):
        number = float(word)
        if not math.isfinite(number):
            raise NotFinite
        return number
    return word
