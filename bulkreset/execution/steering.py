"""Everything that says whether a run may go on, how fast it may fail, and what it may send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bulkreset.execution.budget import MessageBudget
from bulkreset.execution.gates.base import GO, Gate, Go, Verdict
from bulkreset.execution.gates.failures import FailureGate
from bulkreset.execution.gates.waves import WaveGate


@dataclass(frozen=True, slots=True)
class Steering:
    """`gates` are asked in order, before those of the failures and the waves; the first objection counts.

    `mails_are_paced`: mails have a limiter of their own.
    """

    gates: Sequence[Gate]
    failures: FailureGate
    waves: WaveGate
    budget: MessageBudget
    mails_are_paced: bool = False

    def verdict(self) -> Verdict:
        for gate in (*self.gates, self.failures, self.waves):
            verdict = gate.verdict()
            if not isinstance(verdict, Go):
                return verdict
        return GO
