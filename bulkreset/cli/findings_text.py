"""Findings as text for people: a line each in a plan, and with their meaning and advice by `doctor`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from textwrap import fill

from bulkreset.ledger.read import RunReader
from bulkreset.preflight.base import Finding, Severity
from bulkreset.preflight.findings import findings_from_json
from bulkreset.shell import quoted

INDENT = " " * 10
WIDTH = 110


def titles_text(reader: RunReader) -> Iterator[str]:
    """What preflight found, a line each; and how to learn what it means."""
    kept = reader.meta("findings")
    if kept is None:
        yield "preflight: a plan from a snapshot asks nobody; `apply` looks before its first change"
        return
    findings = findings_from_json(kept)
    yield f"preflight: {counted(findings)}"
    for finding in findings:
        yield f"  {finding.severity:<8}{finding.title}"
    if findings:
        yield f"  what they mean, and what to do: bulkreset doctor {quoted(reader.meta('job_path'))}"


def findings_text(findings: Iterable[Finding]) -> Iterator[str]:
    """Every finding with its meaning and what to do."""
    for finding in findings:
        yield f"{finding.severity:<8}  {finding.title}"
        yield fill(finding.meaning, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
        yield fill(f"→ {finding.advice}", WIDTH, initial_indent=INDENT, subsequent_indent=f"{INDENT}  ")


def counted(findings: Iterable[Finding]) -> str:
    """`1 problem, 2 warnings`."""
    numbers = Counter(finding.severity for finding in findings)
    told = [
        f"{numbers[severity]} {severity}{'' if numbers[severity] == 1 else 's'}"
        for severity in Severity
        if numbers[severity]
    ]
    return ", ".join(told) or "nothing found"
