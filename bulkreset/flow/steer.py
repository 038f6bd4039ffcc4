"""Sets up what steers a run: gates, failures, waves and messages, each from where earlier runners left it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bulkreset.account import MessageLimit
from bulkreset.actions.registry import actions
from bulkreset.clock import Clock
from bulkreset.control.channel import Channel
from bulkreset.execution.budget import MessageBudget
from bulkreset.execution.gates.base import Gate
from bulkreset.execution.gates.deadline import DeadlineGate
from bulkreset.execution.gates.drifted import DriftGate
from bulkreset.execution.gates.failures import FailureGate
from bulkreset.execution.gates.orders import OrderGate, Reshared
from bulkreset.execution.gates.signals import SignalGate
from bulkreset.execution.gates.waves import WaveGate
from bulkreset.execution.gates.window import WindowGate
from bulkreset.execution.steering import Steering
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import Outcome
from bulkreset.planning.failures import FailurePolicy, ThresholdPolicy
from bulkreset.rates.spending import Spending
from bulkreset.settings.job import Job


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a runner runs under. `now` is AWS's clock in epoch seconds; `waits`: hold rather than stop."""

    path: Path
    job: Job
    clock: Clock
    now: Callable[[], float]
    waits: bool
    stop_requested: Callable[[], bool]
    settled: Counter[Outcome]
    reshare: Callable[[Mapping[str, float]], Reshared]
    limits: tuple[MessageLimit, ...]
    spending: Spending
    more_gates: tuple[Gate, ...] = ()


def steering(reader: RunReader, journal: Journal, of: Circumstances) -> Steering:
    """The steering of one runner."""
    return Steering(
        gates=_gates(reader, journal, of),
        failures=_failures(reader, of),
        waves=_waves(reader, of),
        budget=_budget(reader, of),
        mails_are_paced=any(limit.per_second for limit in of.limits),
    )


def _gates(reader: RunReader, journal: Journal, of: Circumstances) -> list[Gate]:
    run = str(of.path)
    channel = Channel(of.path)
    read_until = reader.meta("control_read") or 0
    gates: list[Gate] = [
        SignalGate(of.stop_requested, run),
        OrderGate(channel, read_until, log=journal, clock=of.clock, reshare=of.reshare, run=run),
        *of.more_gates,
        _drift(reader, of),
    ]
    if of.job.deadline is not None:
        gates.append(DeadlineGate(of.job.deadline, of.now, run))
    if of.job.window is not None:
        gates.append(WindowGate(of.job.window, of.now, waits=of.waits, run=run))
    return gates


def _drift(reader: RunReader, of: Circumstances) -> DriftGate:
    policy = ThresholdPolicy(of.job.max_drift, "max_drift", "drifted")
    return DriftGate(policy, *_counts(reader), of.settled, str(of.path))


def _counts(reader: RunReader) -> tuple[Counter[Outcome], Counter[Outcome]]:
    """How rows stand, and how they stood when counting began."""
    counted_from = Counter({Outcome(name): n for name, n in (reader.meta("failures_from") or {}).items()})
    return Counter(reader.outcomes()), counted_from


def _failures(reader: RunReader, of: Circumstances) -> FailureGate:
    return FailureGate(FailurePolicy(of.job.max_failed), *_counts(reader), of.settled, str(of.path))


def _waves(reader: RunReader, of: Circumstances) -> WaveGate:
    standing = reader.meta("waves_open") or {"wave": 1, "finished_at": None}
    gate = WaveGate(reader.wave_sizes(), standing["wave"], of.job.between, of.now, str(of.path))
    if standing["finished_at"] is not None:
        gate.finish(standing["finished_at"])
    return gate


def _budget(reader: RunReader, of: Circumstances) -> MessageBudget:
    senders = [action.name for action in actions().values() if action.sends_message]
    return MessageBudget(
        limits=of.limits,
        messages=of.job.messages,
        spending=of.spending,
        run_id=f"{reader.meta('digest')[:16]}-{reader.meta('planned_at'):.0f}",
        sent_by_run=lambda since: reader.messages_called(since, senders),
        now=of.now,
        waits=of.waits,
        run=str(of.path),
    )
