"""Passwords that are stored elsewhere before they are set, through kills, lost answers and refusals."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import count

import pytest
from factories import user
from fakes import LOST_AFTER, LOST_BEFORE, THROTTLED, Crash, Rehearsal, Reply

from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.errors import Refused, Stopped
from bulkreset.execution.passwords import Passwords
from bulkreset.secrets.secret import Secret
from bulkreset.secrets.stored import content_of_many, passwords_in

TEMPORARY = "set-temporary-password"
USED_BEFORE = Reply(
    Answer(Meaning.ROW_REFUSED, "PasswordHistoryPolicyViolationException", "used before", "r-1")
)


class FakeStorage:
    """Keeps lots in memory; `error` is raised instead of storing from lot number `refuses` on."""

    def __init__(self, lot_rows: int = 500, patience_seconds: float = 5.0) -> None:
        self.lot_rows = lot_rows
        self.patience_seconds = patience_seconds
        self.lots: dict[str, dict[str, str]] = {}
        self.error: Exception | None = None
        self.refuses = 1
        self._asked = 0

    def lot(self, entries):
        self._asked += 1
        name = f"lot-{self._asked}"
        refused = self.error if self._asked >= self.refuses else None

        def store():
            if refused:
                raise refused
            found = passwords_in(content_of_many(entries))
            self.lots[name] = {username: password.reveal() for username, password in found.items()}
            return {entry.row: name.encode() for entry in entries}

        return [name], store

    def password_of(self, handed_out) -> str:
        return self.lots[handed_out.sealed.decode()][handed_out.username]


def new(path, steps=TEMPORARY, *, users=7, storage=None, given=None, capacity=4) -> Rehearsal:
    names = [f"user-{number}" for number in range(1, users + 1)]
    run = Rehearsal(path, [user(name) for name in names], steps, capacity=capacity)
    numbers = count(1)
    run.storage = storage or FakeStorage()
    run.passwords = Passwords(lambda: Secret(f"password-{next(numbers)}"), None, given, run.storage)
    return run


def candidates(run: Rehearsal) -> dict[str, list[str]]:
    found = defaultdict(list)
    for handed_out in run.handed_out:
        found[handed_out.username].append(run.storage.password_of(handed_out))
    return found


def in_force(run: Rehearsal) -> dict[str, list[str]]:
    return {name: [password] for name, password in run.pool.passwords.items()}


def test_rows_that_come_together_share_a_lot(tmp_path):
    run = new(tmp_path / "run.db", users=60)
    assert run.run() is True
    assert candidates(run) == in_force(run)
    assert len(run.pool.passwords) == 60
    assert len(run.storage.lots) <= 3


def test_a_full_lot_goes_at_once_and_none_is_larger(tmp_path):
    run = new(tmp_path / "run.db", users=60, storage=FakeStorage(lot_rows=10, patience_seconds=1000.0))
    assert run.run() is True
    assert [len(lot) for lot in run.storage.lots.values()] == [10] * 6
    assert candidates(run) == in_force(run)


def test_storing_does_not_slow_the_calls_down(tmp_path):
    """Lots are stored while the rows of the lots before are called."""
    took = []
    for storage in (FakeStorage(patience_seconds=1.0), None):
        run = new(tmp_path / f"{len(took)}.db", users=400, capacity=32)
        if storage is None:
            run.passwords = Passwords(lambda: Secret("x"), bytes)
        else:
            run.passwords.storage = run.storage = storage
        began = run.clock.monotonic()
        assert run.run() is True
        took.append(run.clock.monotonic() - began)
    assert took[0] < took[1] * 1.05 + 2.0


def test_the_name_of_a_secret_is_on_record_before_it_is_made(tmp_path):
    run = new(tmp_path / "run.db")
    run.storage.error = Stopped("cannot be reached")
    with pytest.raises(Stopped, match="cannot be reached"):
        run.run()
    assert [detail["secrets"] for kind, detail in run.events() if kind == "passwords-stored"] == [["lot-1"]]


@pytest.mark.parametrize("error", [Refused("not allowed"), Stopped("cannot be reached")], ids=["no", "later"])
def test_nothing_is_set_that_was_not_stored_and_what_was_is_finished_later(tmp_path, error):
    run = new(tmp_path / "run.db", users=30, storage=FakeStorage(lot_rows=10))
    run.storage.error, run.storage.refuses = error, 2
    with pytest.raises(type(error)):
        run.run()
    openable = candidates(run)
    assert all(password in openable[name] for name, password in run.pool.passwords.items())
    assert len(run.pool.passwords) <= 10
    run.storage.error = None
    assert run.run() is True
    assert candidates(run) == in_force(run)
    assert len(run.pool.passwords) == 30


def test_the_password_of_a_later_step_is_stored_before_the_first_step(tmp_path):
    run = new(tmp_path / "run.db", f"enable-user {TEMPORARY} sign-out")
    run.storage.error = Refused("not allowed")
    with pytest.raises(Refused):
        run.run()
    assert run.pool.log == []
    run.storage.error = None
    assert run.run() is True
    assert len(run.storage.lots) == 1
    assert candidates(run) == in_force(run)


def test_a_password_used_before_is_replaced_by_another_that_is_stored_too(tmp_path):
    run = new(tmp_path / "run.db")
    run.pool.will(TEMPORARY, "user-1", USED_BEFORE, USED_BEFORE)
    assert run.run() is True
    assert candidates(run) == in_force(run)
    assert len(run.storage.lots) == 3


def test_throttled_and_lost_calls_set_the_same_password_again(tmp_path):
    run = new(tmp_path / "run.db")
    run.pool.will(TEMPORARY, "user-1", THROTTLED)
    run.pool.will(TEMPORARY, "user-2", LOST_BEFORE, LOST_BEFORE)
    run.pool.will(TEMPORARY, "user-3", LOST_AFTER)
    assert run.run() is True
    assert len(run.storage.lots) == 1
    assert candidates(run) == in_force(run)


@pytest.mark.parametrize("steps", ["scramble-password", "sign-out"])
def test_rows_without_a_password_to_hand_out_store_none(tmp_path, steps):
    run = new(tmp_path / "run.db", steps)
    assert run.run() is True
    assert run.storage.lots == {}


def test_a_given_password_is_not_stored(tmp_path):
    run = new(tmp_path / "run.db", given={1: Secret("chosen-by-ada")})
    assert run.run() is True
    assert run.pool.passwords["user-1"] == "chosen-by-ada"
    assert "chosen-by-ada" not in json.dumps(run.storage.lots)
    assert "user-1" not in candidates(run)


@pytest.mark.parametrize("arrive", [False, True], ids=["calls never sent", "calls arrive"])
@pytest.mark.parametrize("after_commit", [False, True], ids=["before a commit", "after a commit"])
def test_a_runner_killed_at_any_commit_leaves_no_password_that_is_stored_nowhere(
    tmp_path, after_commit, arrive
):
    def in_trouble(name):
        run = new(tmp_path / f"{name}.db", storage=FakeStorage(lot_rows=3))
        run.pool.will(TEMPORARY, "user-2", THROTTLED)
        run.pool.will(TEMPORARY, "user-3", LOST_AFTER)
        run.pool.will(TEMPORARY, "user-4", LOST_BEFORE)
        run.pool.will(TEMPORARY, "user-5", USED_BEFORE)
        return run

    whole = in_trouble("whole")
    assert whole.run() is True
    for crash_at in range(1, whole.journal.records + 1):
        run = in_trouble(crash_at)
        with pytest.raises(Crash):
            run.run(crash_at=crash_at, after_commit=after_commit, calls_still_arrive=arrive)
        openable = candidates(run)
        for name, password in run.pool.passwords.items():
            assert password in openable[name], f"{name}, killed at commit {crash_at}"
        assert run.run() is True, crash_at
        assert set(run.outcomes.values()) == {"done"}, crash_at
        assert candidates(run) == in_force(run), crash_at
