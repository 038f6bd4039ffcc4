"""Whom of a table of users a list of names is about."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd


def named(users: pd.DataFrame, names: Collection[str]) -> pd.Series[bool]:
    """Which rows of a table of users one of the names is about; the case of letters does not matter."""
    wanted = {name.strip().lower() for name in names}
    held = [users[name].str.lower().isin(wanted) for name in ("username", "sub", "email", "phone_number")]
    return held[0] | held[1] | held[2] | held[3]
