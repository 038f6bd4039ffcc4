"""Whether users meet what is asked of one of their attributes."""

from __future__ import annotations

import json
import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from bulkreset.planning.identifiers import spelled
from bulkreset.pool import PoolFacts
from bulkreset.settings.attribute_tests import AttributeTest

COLUMNS = ("username", "sub", "email", "phone_number")
"""Attributes with a column of their own in a table of users."""


def holds(test: AttributeTest, name: str, users: pd.DataFrame, pool: PoolFacts) -> npt.NDArray[np.bool_]:
    """Which users' attribute meets the test; one that a user lacks is the empty text.

    Texts compare as the pool compares them. Patterns are Python's, whose flags say what to do about case.
    """
    values = users[name] if name in COLUMNS else _values(name, users["attributes"])
    if test.regex is not None:
        pattern = re.compile(test.regex)
        matches = (pattern.search(value) is not None for value in values.tolist())
        return np.fromiter(matches, dtype=bool, count=len(values))
    asked = pd.Series([test.equals if test.equals is not None else test.prefix], dtype="str")
    held, wanted = spelled(values, name, pool), spelled(asked, name, pool).iloc[0]
    if test.equals is not None:
        return (held == wanted).to_numpy(dtype=bool)
    return held.str.startswith(wanted).to_numpy(dtype=bool)


def _values(name: str, attributes: pd.Series[str]) -> pd.Series[str]:
    """One attribute out of the JSON of all. The name is looked for as text first: few users may have it."""
    key = json.dumps(name, ensure_ascii=False)
    values = [str(json.loads(text).get(name, "")) if key in text else "" for text in attributes.tolist()]
    return pd.Series(values, attributes.index, dtype="str")
