"""Who a row is about: which of its values identifies the user, and whether it can.

A regular expression over the whole column passes what is plainly in order; the few values that
remain are judged one by one, in words. Cognito's limits are those of its API model: a username
is 1-128 letters, marks, symbols, numbers and punctuation, an attribute value at most 2048.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pandas as pd

from bulkreset.manifests.columns import IDENTIFIERS, Columns, meant_identifier, shown
from bulkreset.settings.words import choices
from bulkreset.users import IdentifierKind

LONGEST_USERNAME = 128
LONGEST_ATTRIBUTE = 2048

PLAIN = {
    IdentifierKind.USERNAME: r"[!-~]+",
    IdentifierKind.SUB: r"[!-~]+",
    IdentifierKind.EMAIL: r"[!-?A-~]+@[!-?A-~]+",
    IdentifierKind.PHONE_NUMBER: r"\+[0-9]{4,15}",
}
LONGEST = {
    IdentifierKind.USERNAME: LONGEST_USERNAME,
    IdentifierKind.SUB: LONGEST_USERNAME,
    IdentifierKind.EMAIL: LONGEST_ATTRIBUTE,
    IdentifierKind.PHONE_NUMBER: LONGEST_ATTRIBUTE,
}
SPREADSHEET_NUMBER = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
E164 = re.compile(r"\+[0-9]{4,15}")


@dataclass(frozen=True, slots=True, eq=False)
class Identified:
    """`identifier` is what is written, right or wrong; `kind` is "" where nothing is."""

    kind: pd.Series[str]
    identifier: pd.Series[str]
    problem: pd.Series[str]


def identify(frame: pd.DataFrame, columns: Columns) -> Identified:
    """The first non-empty identifier of each row."""
    kind = pd.Series("", frame.index, dtype="str")
    identifier = kind
    problem = kind
    missing = kind == ""
    for name, column in columns.identifiers.items():
        values = frame[column].str.strip()
        here = missing & (values != "")
        identifier = identifier.mask(here, values)
        kind = kind.mask(here, name)
        wrong = _wrong(IdentifierKind(name), values[here])
        if wrong:
            problem = problem.mask(problem.index.isin(wrong), pd.Series(wrong, dtype="str"))
        missing &= ~here
        if not missing.any():
            break
    if missing.any():
        problem = problem.mask(missing, f"no identifier; write {choices(IDENTIFIERS)}")
        for name in columns.extras:
            meant = meant_identifier(name)
            if meant and meant not in columns.identifiers:
                misnamed = missing & (frame[name].str.strip() != "")
                problem = problem.mask(misnamed, f"no identifier; rename {shown(name)} to `{meant}`")
    return Identified(kind, identifier, problem)


def _wrong(kind: IdentifierKind, values: pd.Series[str]) -> dict[int, str]:
    plain = values.str.fullmatch(PLAIN[kind]) & (values.str.len() <= LONGEST[kind])
    suspects = values[~plain]
    judged = {row: judge(kind, value) for row, value in zip(suspects.index.tolist(), suspects, strict=True)}
    return {row: problem for row, problem in judged.items() if problem}


def judge(kind: IdentifierKind, value: str) -> str:
    """What is wrong with one identifier, or ""."""
    if len(value) > LONGEST[kind]:
        return f"{kind} {shown(value)} has {len(value)} characters; Cognito allows {LONGEST[kind]}"
    if kind is IdentifierKind.PHONE_NUMBER:
        return _judge_phone(value)
    if any(character.isspace() for character in value):
        return f"{kind} {shown(value)} has a space in it; remove it"
    if any(unicodedata.category(character)[0] not in "LMSNP" for character in value):
        return f"{kind} {shown(value)} has an invisible character in it; type it anew"
    return _judge_email(value) if kind is IdentifierKind.EMAIL else ""


def _judge_email(value: str) -> str:
    name, *domains = value.split("@")
    if not domains:
        return f"email {shown(value)} has no @; write name@domain"
    if len(domains) > 1:
        return f"email {shown(value)} has more than one @; write one address"
    if not name or not domains[0]:
        return f"email {shown(value)} has nothing {'after' if name else 'before'} the @; write name@domain"
    return ""


def _judge_phone(value: str) -> str:
    if E164.fullmatch(value):
        return ""
    if SPREADSHEET_NUMBER.fullmatch(value):
        advice = "a spreadsheet has rounded it, format the column as text and write the number again"
    else:
        advice = "write + and 4 to 15 digits with the country code, such as +14155550123"
    return f"phone_number {shown(value)} is not in E.164 form; {advice}"
