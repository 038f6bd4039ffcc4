"""All findings of a job at once, in order of severity; as text for a refusal, and as JSON in a run file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from bulkreset.errors import Refused
from bulkreset.preflight.base import Finding, Severity
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.registry import checks
from bulkreset.preflight.terms import JobTerms

RANK = {severity: rank for rank, severity in enumerate(Severity)}


def find(facts: Facts, terms: JobTerms) -> tuple[Finding, ...]:
    """What every check finds, the most severe first."""
    return by_severity(finding for check in checks() for finding in check.findings(facts, terms))


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: RANK[finding.severity]))


def problems(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.PROBLEM]


def refuse_problems(findings: Iterable[Finding]) -> None:
    """Raise Refused with every problem among the findings, if there is one."""
    found = problems(findings)
    if found:
        counted = "one problem" if len(found) == 1 else f"{len(found)} problems"
        told = [f"{one.title}: {one.meaning}; {one.advice}" for one in found]
        raise Refused("\n".join([f"preflight found {counted}:", *told]))


def findings_json(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [{name: str(value) for name, value in dataclasses.asdict(finding).items()} for finding in findings]


def findings_from_json(kept: Iterable[Mapping[str, Any]] | None) -> tuple[Finding, ...]:
    """Findings as a run file keeps them; none of one that keeps none."""
    return tuple(Finding(**{**finding, "severity": Severity(finding["severity"])}) for finding in kept or ())
