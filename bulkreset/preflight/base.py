"""What a finding is, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms


class Severity(StrEnum):
    """How much a finding matters, the most first. A problem keeps a job from being planned and applied."""

    PROBLEM = "problem"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that people should know before a job changes anything.

    `title` is a line that names the cause, `meaning` what follows from it, `advice` what to do.
    """

    check: str
    severity: Severity
    title: str
    meaning: str
    advice: str


class Told(NamedTuple):
    """A finding as a check tells it."""

    severity: Severity
    title: str
    meaning: str
    advice: str


Found = Iterator[Told]

Examine = Callable[[Facts, JobTerms], Found]


@dataclass(frozen=True, slots=True)
class Check:
    """Looks at one thing. `looks_at` and `source` are for people, `source` naming AWS's page.

    `of_delivery`: it is also about why a single user may have got no code.
    """

    name: str
    looks_at: str
    source: str
    examine: Examine
    of_delivery: bool = False

    def findings(self, facts: Facts, terms: JobTerms) -> list[Finding]:
        return [Finding(self.name, *found) for found in self.examine(facts, terms)]
