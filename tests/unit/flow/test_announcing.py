"""What is written into the chain of events is told once, with how the run stands then."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from factories import POOL_ID, new_run, plan_row

from bulkreset.clock import VirtualClock
from bulkreset.flow.announcing import Announcing
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState
from bulkreset.notifications.notice import Cause
from bulkreset.notifications.notifier import Trouble


class Listener:
    """The notifier, as far as it is told."""

    def __init__(self):
        self.notices = []
        self.until = None

    def tell(self, notice):
        self.notices.append(notice)

    def close(self, until):
        self.until = until

    def troubles(self):
        return [Trouble("target 1", "no connection")]

    @property
    def told(self):
        return [(notice.kind, notice.cause) for notice in self.notices]


@contextmanager
def run_at(path, **options):
    """A run that somebody carries out, and who listens."""
    rows = [plan_row(1), plan_row(2, wave=2), plan_row(3, decision="skip", reason="disabled", steps="")]
    new_run(path, rows)
    with lock_run(path), open_for_writing(path) as connection:
        journal = Journal(connection)
        journal.enter(RunState.STOPPED, 1.0, {"reason": "an earlier runner"})
        listener = Listener()
        yield (
            journal,
            Announcing(RunReader(connection), path, listener, VirtualClock(), **options),
            listener,
        )


def begin(journal):
    journal.event(2.0, "taken-up", {"user": "ada", "host": "desk"}, {"hold": None})
    journal.enter(RunState.RUNNING, 2.0, {"user": "ada", "host": "desk"})


def test_a_run_is_told_from_its_start_to_its_finish_each_thing_once(tmp_path):
    with run_at(tmp_path / "night.run") as (journal, announcing, listener):
        begin(journal)
        announcing.look()
        announcing.look()
        journal.event(3.0, "wave-over", {"wave": 1, "settled_by_this_runner": {"done": 1}})
        journal.enter(RunState.PAUSED, 3.0, {"why": "wave 1 of 2 is over", "until": 9.0, "by": ""})
        journal.enter(RunState.RUNNING, 9.0, {"after": "wave 1 of 2 is over"})
        journal.event(9.0, "wave-began", {"wave": 2})
        journal.event(9.5, "slowed-down", {"category": "UserUpdate"})
        announcing.look()
        journal.enter(RunState.FINISHED, 12.0, {})
        announcing.end()
        announcing.leave(42.0)
        assert [notice.kind for notice in listener.notices] == ["start", "wave-done", "finish"]
        assert [notice.at for notice in listener.notices] == [2.0, 3.0, 12.0]
        assert [(notice.wave, notice.waves) for notice in listener.notices] == [
            (None, None),
            (1, 2),
            (None, None),
        ]
        assert [notice.state for notice in listener.notices] == ["running", "running", "finished"]
        assert listener.until == 42.0
        assert announcing.failings()[0].kind == "not-notified"


def test_a_notice_holds_numbers_and_the_run_and_nobody(tmp_path):
    with run_at(tmp_path / "night.run") as (journal, announcing, listener):
        begin(journal)
        announcing.look()
        (notice,) = listener.notices
        payload = notice.payload("x")
        assert payload["run"] == "night.run"
        assert payload["pool_id"] == POOL_ID
        assert payload["rows"] == {"do": 2, "skip": 1, "block": 0, "invalid": 0}
        assert payload["outcomes"]["not-attempted"] == 2
        assert not {"ada", "desk", "user-1", "INC-4711"} & set(str(payload).replace("'", " ").split())


def test_the_reason_is_told_where_the_environment_says_so(tmp_path):
    with run_at(tmp_path / "night.run", with_reason=True) as (journal, announcing, listener):
        begin(journal)
        announcing.look()
        assert listener.notices[0].run.reason == "INC-4711"


@pytest.mark.parametrize(
    ("hold", "error", "told"),
    [
        ("failures", "Stopped", [("threshold", Cause.TOO_MANY_FAILED), ("stop", Cause.TOO_MANY_FAILED)]),
        ("drift", "Stopped", [("threshold", Cause.TOO_MANY_DRIFTED), ("stop", Cause.TOO_MANY_DRIFTED)]),
        ("stop", "Stopped", [("stop", Cause.ORDERED)]),
        ("wave", "Stopped", [("stop", Cause.WAVE_TO_CONFIRM)]),
        (None, "StoppedOnSchedule", [("stop", Cause.SCHEDULE)]),
        (None, "Refused", [("stop", Cause.REFUSED)]),
        (None, "Stopped", [("stop", Cause.OTHER)]),
    ],
)
def test_why_it_stopped_is_told_as_a_code(tmp_path, hold, error, told):
    with run_at(tmp_path / "a.run") as (journal, announcing, listener):
        begin(journal)
        if hold:
            journal.keep({"hold": {"kind": hold, "why": "ada on desk ordered a stop", "until": None}})
        journal.enter(RunState.STOPPED, 5.0, {"reason": "ada on desk ordered a stop", "error": error})
        announcing.end()
        assert listener.told[1:] == told
        assert len({notice.id for notice in listener.notices}) == len(listener.notices)
        assert "ada" not in str([notice.payload("x") for notice in listener.notices])


def test_a_run_that_breaks_off_without_a_word_is_told_too(tmp_path):
    with run_at(tmp_path / "a.run") as (journal, announcing, listener):
        begin(journal)
        announcing.look()
        announcing.end()
        assert listener.told == [("start", Cause.NONE), ("stop", Cause.BROKE_OFF)]


def test_what_never_began_is_told_only_where_it_left_a_word(tmp_path):
    with run_at(tmp_path / "a.run") as (_, announcing, listener):
        announcing.end()
        assert listener.told == []
    with run_at(tmp_path / "b.run") as (journal, announcing, listener):
        journal.enter(RunState.STOPPED, 5.0, {"reason": "preflight", "error": "Refused"})
        announcing.end()
        assert listener.told == [("stop", Cause.REFUSED)]
