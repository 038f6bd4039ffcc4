"""Whatever happens between two writes, nothing that was committed is lost, and nothing illegal is kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from factories import plan_row, sound_run
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bulkreset.ledger.check import check_run
from bulkreset.ledger.connection import lock_run, open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.outcomes import outcome_of
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import FIRST_STATES, TRANSITIONS, RunState, StepState

STEPS = {
    1: "reset-password sign-out",
    2: "sign-out",
    3: "verify-email reset-password sign-out",
    4: "",
    5: "reset-password",
}
ROWS = {
    row: plan_row(row, decision="do" if steps else "skip", steps=steps, wave=(row + 1) // 2 if steps else 0)
    for row, steps in STEPS.items()
}
TO_DO = [row for row, steps in STEPS.items() if steps]
PAGE = 4096

rows_to_do = st.sampled_from(TO_DO)
states = st.sampled_from(sorted(StepState))
cuts = st.floats(0, 1)


class Runs(RuleBasedStateMachine):
    """A run file that is written, cut off, copied and opened again; beside it, what it has to hold."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.images = 0
        self.steps: dict[int, list[StepState]] = defaultdict(list)
        self.calls = 0
        self.events = ["planned"]
        self.open = ExitStack()

    @initialize()
    def plan(self) -> None:
        self.path = sound_run(self.folder / "run.db", ROWS.values())
        self.begin()

    def begin(self) -> None:
        self.open.enter_context(lock_run(self.path))
        self.connection = self.open.enter_context(open_for_writing(self.path))
        self.connection.execute("PRAGMA synchronous = OFF")  # writes go the same way
        self.journal = Journal(self.connection)

    def teardown(self) -> None:
        self.open.close()
        shutil.rmtree(self.folder)

    @rule(rows=st.sets(rows_to_do, min_size=1), drawn=st.data())
    def commit(self, rows: set[int], drawn: st.DataObject) -> None:
        self.take(self.changes(rows, drawn))

    @rule(row=rows_to_do, state=states, ordinal=st.integers(-1, 3))
    def try_anything(self, row: int, state: StepState, ordinal: int) -> None:
        """A change that is not legal is refused, and takes nothing with it."""
        reached, planned = self.steps[row], STEPS[row].split()
        if 0 <= ordinal < len(reached):
            is_legal = (reached[ordinal], state) in TRANSITIONS
        else:
            is_next = ordinal == len(reached) and all(step is StepState.DONE for step in reached)
            is_legal = is_next and state in FIRST_STATES
        if is_legal or ordinal >= len(planned):
            return
        action = planned[ordinal] if ordinal >= 0 else "sign-out"
        other = [StepChange(5, 0, "reset-password", StepState.DRIFTED, 0)] if not self.steps[5] else []
        with pytest.raises(Exception, match=r"cannot begin|not a legal change"):
            self.journal.record([*other, StepChange(row, ordinal, action, state, 1)], {("calls", "x"): 7})

    @rule(state=st.sampled_from(sorted(RunState)), text=st.text(max_size=5))
    def note(self, state: RunState, text: str) -> None:
        self.journal.enter(state, 5.0, {"reason": text}, {"hold": {"why": text}})
        self.events.append(state.value)

    @rule(rows=st.sets(rows_to_do, min_size=1), drawn=st.data(), cut=cuts, whole=st.booleans())
    def lose_power_while_committing(
        self, rows: set[int], drawn: st.DataObject, cut: float, whole: bool
    ) -> None:
        """Of the -wal file, a commit leaves any part that it wrote over what was there before."""
        before = self.wal()
        changes = self.changes(rows, drawn)
        self.record(changes)
        after = self.wal()
        padded = before.ljust(len(after), b"\0")
        end = next((at for at in range(len(after), 0, -1) if after[at - 1] != padded[at - 1]), 0)
        reached = end if whole else int(cut * end)
        torn = after if reached == end else after[:reached] + before[reached:]
        self.go_on_from(self.path.read_bytes(), torn)
        if reached == end:
            self.remember(changes)

    @rule(rows=st.sets(rows_to_do, min_size=1), drawn=st.data())
    def be_killed_before_the_commit(self, rows: set[int], drawn: st.DataObject) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        changes = self.changes(rows, drawn)
        for change in changes:
            self.journal._change([change], begins=change.state in FIRST_STATES)
        image = self.path.read_bytes(), self.wal()
        self.connection.execute("ROLLBACK")
        self.go_on_from(*image)

    @rule(drawn=st.data())
    def lose_power_while_pages_go_home(self, drawn: st.DataObject) -> None:
        """A checkpoint writes pages in any order, and the -wal file stays until all of them are there."""
        main, wal = self.path.read_bytes(), self.wal()
        self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        after = self.path.read_bytes()
        pages = [
            after[at : at + PAGE] if drawn.draw(st.booleans()) else main[at : at + PAGE].ljust(PAGE, b"\0")
            for at in range(0, max(len(main), len(after)), PAGE)
        ]
        self.go_on_from(b"".join(pages), wal)

    @rule()
    def checkpoint(self) -> None:
        """From here on the -wal file is written over from its start."""
        self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    @rule(is_read_meanwhile=st.booleans())
    def end_in_order(self, is_read_meanwhile: bool) -> None:
        with ExitStack() as reading:
            if is_read_meanwhile:
                reader = reading.enter_context(closing(open_read_only(self.path)))
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM plan").fetchone()
            self.open.close()
        self.begin()

    @invariant()
    def is_whole_and_holds_what_was_committed(self) -> None:
        assert check_run(self.path) == ()
        with closing(open_read_only(self.path)) as connection:
            reader = RunReader(connection)
            rows = list(reader.report_rows())
            outcomes = {row.row: row.outcome for row in rows}
            kept = {row.row: [record.state for record in row.records] for row in rows}

            assert [row.row for row in rows] == list(STEPS), "each row has one outcome"
            assert kept == {row: self.steps[row] for row in STEPS}
            assert outcomes == {
                row: outcome_of(ROWS[row]["decision"], len(STEPS[row].split()), self.steps[row])
                for row in STEPS
            }
            assert reader.outcomes() == Counter(outcomes.values())
            assert [event.kind for event in reader.events()] == self.events
            assert reader.counters("calls").get("x", 0) == self.calls
            unsettled = {work.row for work in reader.unsettled()}
            left = {work.row for work in reader.backlog(0, len(STEPS), len(STEPS))}
            over = {row for row in STEPS if outcomes[row] not in ("unknown", "not-attempted")}
            assert unsettled | left | over == set(STEPS)
            assert len(unsettled) + len(left) + len(over) == len(STEPS)

    def changes(self, rows: set[int], drawn: st.DataObject) -> list[StepChange]:
        """For each of the rows some next change, if it has one."""
        found = []
        for row in sorted(rows):
            reached, planned = self.steps[row], STEPS[row].split()
            is_between = all(state is StepState.DONE for state in reached)
            if is_between and len(reached) == len(planned):
                continue
            if is_between:
                ordinal, choices = len(reached), FIRST_STATES
            else:
                ordinal = len(reached) - 1
                choices = frozenset(new for old, new in TRANSITIONS if old is reached[-1])
            if choices:
                state = drawn.draw(st.sampled_from(sorted(choices)))
                found.append(StepChange(row, ordinal, planned[ordinal], state, 1))
        return found

    def record(self, changes: list[StepChange]) -> None:
        self.journal.record(changes, {("calls", "x"): len(changes)})

    def take(self, changes: list[StepChange]) -> None:
        self.record(changes)
        self.remember(changes)

    def remember(self, changes: list[StepChange]) -> None:
        self.calls += len(changes)
        for change in changes:
            self.steps[change.row][change.ordinal :] = [change.state]

    def wal(self) -> bytes:
        wal = self.path.with_name(f"{self.path.name}-wal")
        return wal.read_bytes() if wal.exists() else b""

    def go_on_from(self, main: bytes, wal: bytes) -> None:
        """The machine comes back with these files, and without -shm, and a new runner takes the run up."""
        self.open.close()
        self.images += 1
        folder = self.folder / str(self.images)
        folder.mkdir()
        self.path = folder / "run.db"
        self.path.write_bytes(main)
        if wal:
            self.path.with_name("run.db-wal").write_bytes(wal)
        self.begin()


TestRuns = Runs.TestCase
TestRuns.settings = settings(
    max_examples=int(os.environ.get("BULKRESET_EXAMPLES", "20")), stateful_step_count=20, deadline=None
)
