"""The report as JUnit XML: rows as test cases, for the pages of a CI system.

Many people see those pages, so that users are named on demand only. One suite holds the rows of a wave,
or those that are in none: a viewer shows first what went wrong, and in which wave.
"""

from __future__ import annotations

import re
from io import TextIOBase
from pathlib import Path
from tempfile import TemporaryFile
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from bulkreset.clock import iso
from bulkreset.ledger.read import ReportRow
from bulkreset.ledger.states import Outcome
from bulkreset.reporting.advice import advice_on, code_of
from bulkreset.reporting.base import Report, ReportWriter, cells
from bulkreset.reporting.legal import legal
from bulkreset.reporting.side_by_side import Growing

VERDICTS = {
    Outcome.FAILED: "failure",
    Outcome.DRIFTED: "failure",
    Outcome.BLOCKED: "failure",
    Outcome.INVALID: "failure",
    Outcome.UNKNOWN: "error",
    Outcome.SKIPPED: "skipped",
    Outcome.NOT_ATTEMPTED: "skipped",
}
"""The element that tells of a row with this outcome: what makes a run end with exit code 1 fails here."""

CONTACT = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+|\+\d{6,}")
HIDDEN = "…"

ENCODING = "utf-8"


class Suite:
    """The cases of one suite, kept aside until their totals are known."""

    def __init__(self, name: str, goal: str, cases: Growing) -> None:
        self.name = f"{goal}: {name}"
        self.tests = 0
        self.counts = dict.fromkeys(("failure", "error", "skipped"), 0)
        self.seconds = 0.0
        self.began: float | None = None
        self._goal = goal
        self._classname = f"{goal}.{name}"
        self._cases = cases
        self._xml = XMLGenerator(cases.head, ENCODING, short_empty_elements=True)

    def add(self, row: ReportRow, *, named: bool) -> None:
        began, seconds = _span(row)
        self.tests += 1
        self.seconds += seconds
        if began is not None:
            self.began = min(began, self.began or began)
        name = f"row {row.row}" + (f": {row.identifier}" if named else "")
        self._xml.ignorableWhitespace("\n  ")
        _start(self._xml, "testcase", classname=self._classname, name=name, time=f"{seconds:.3f}")
        verdict = VERDICTS.get(row.outcome)
        if verdict is not None:
            self.counts[verdict] += 1
            code, message, more = _told(self._goal, row, named=named)
            _start(self._xml, verdict, type=code, message=message)
            self._xml.characters(legal(more))
            self._xml.endElement(verdict)
        self._xml.endElement("testcase")
        self._cases.settle()

    def write(self, file: TextIOBase) -> None:
        """Write the suite with its totals."""
        xml = XMLGenerator(file, ENCODING)
        times = {"timestamp": iso(self.began).removesuffix("Z")} if self.began is not None else {}
        _start(
            xml,
            "testsuite",
            name=self.name,
            tests=str(self.tests),
            failures=str(self.counts["failure"]),
            errors=str(self.counts["error"]),
            skipped=str(self.counts["skipped"]),
            time=f"{self.seconds:.3f}",
            **times,
        )
        file.writelines(self._cases.pieces())
        xml.ignorableWhitespace("\n")
        xml.endElement("testsuite")
        xml.ignorableWhitespace("\n")


def _write(report: Report, file: TextIOBase) -> None:
    goal = str(report.status["goal"])
    with TemporaryFile() as kept:
        suites: dict[tuple[bool, int, str], Suite] = {}
        for row in report.rows:
            key = (not row.wave, row.wave, "" if row.wave else row.outcome.value)
            if key not in suites:
                name = f"wave {row.wave}" if row.wave else row.outcome.value
                suites[key] = Suite(name, goal, Growing(kept))
            suites[key].add(row, named=report.names_users)
        _write_suites([suites[key] for key in sorted(suites)], report, file)


def _write_suites(suites: list[Suite], report: Report, file: TextIOBase) -> None:
    xml = XMLGenerator(file, ENCODING)
    xml.startDocument()
    _start(
        xml,
        "testsuites",
        name=f"bulkreset {report.status['goal']} {Path(report.status['run']).name}",
        tests=str(sum(suite.tests for suite in suites)),
        failures=str(sum(suite.counts["failure"] for suite in suites)),
        errors=str(sum(suite.counts["error"] for suite in suites)),
        time=f"{sum(suite.seconds for suite in suites):.3f}",
    )
    xml.ignorableWhitespace("\n")
    for suite in suites:
        suite.write(file)
    xml.endElement("testsuites")
    xml.ignorableWhitespace("\n")


def _start(xml: XMLGenerator, element: str, **attributes: str) -> None:
    xml.startElement(element, AttributesImpl({name: legal(value) for name, value in attributes.items()}))


def _span(row: ReportRow) -> tuple[float | None, float]:
    """When the row's first call began, and how long it took to its last answer."""
    began = min((one.started_at for one in row.records if one.started_at is not None), default=None)
    ended = max((one.finished_at for one in row.records if one.finished_at is not None), default=None)
    return began, max(0.0, ended - began) if began is not None and ended is not None else 0.0


def _told(goal: str, row: ReportRow, *, named: bool) -> tuple[str, str, str]:
    """Code, one line, and what to do, of a row that is not done."""
    told = cells(row)
    code, message = code_of(told), str(told["error_message"])
    means, todo = advice_on(goal, row.outcome, code)
    if not named:
        # What is said of a row of the manifest quotes it.
        message = "" if row.problem else _anonymous(message, row)
    return code, message or means, "; ".join(filter(None, (means, todo)))


def _anonymous(message: str, row: ReportRow) -> str:
    """The message without the row's own names, and without addresses and numbers."""
    for name in sorted({row.identifier, row.username} - {""}, key=len, reverse=True):
        message = re.sub(re.escape(name), HIDDEN, message, flags=re.IGNORECASE)
    return CONTACT.sub(HIDDEN, message)


WRITER = ReportWriter(
    "junit",
    "JUnit XML for CI: rows as test cases by number, without names unless `--names` is given",
    _write,
    names_on_demand=True,
)
