"""The messages that runs sent: added up, never more than the limit, and safe from faults of the file."""

from __future__ import annotations

import json
import stat
import threading

import pytest

from bulkreset.account import Medium
from bulkreset.rates import locked
from bulkreset.rates.locked import open_private
from bulkreset.rates.spending import Spending, budget_day, next_renewal

DAY = "2026-11-23"
EMAIL, SMS = Medium.EMAIL, Medium.SMS


@pytest.fixture
def path(tmp_path):
    return tmp_path / "messages.json"


@pytest.fixture(params=["file", "memory"])
def spending(request, path):
    return Spending(path if request.param == "file" else None)


def test_nothing_is_spent_at_first(spending):
    assert spending.spent(DAY, EMAIL) == 0
    assert spending.others(DAY, EMAIL, "a") == 0
    assert spending.trouble == ""


def test_all_runs_count_and_the_others_are_told_apart(spending):
    spending.record(DAY, EMAIL, "a", 10)
    spending.record(DAY, EMAIL, "b", 5)

    assert spending.spent(DAY, EMAIL) == 15
    assert spending.others(DAY, EMAIL, "a") == 5
    assert spending.others(DAY, EMAIL, "stranger") == 15


def test_days_and_media_are_counted_apart(spending):
    spending.record(DAY, EMAIL, "a", 10)
    spending.record(DAY, SMS, "a", 2)
    spending.record("2026-11-24", EMAIL, "a", 3)

    assert [spending.spent(DAY, EMAIL), spending.spent(DAY, SMS), spending.spent("2026-11-24", EMAIL)] == [
        10,
        2,
        3,
    ]


def test_a_record_is_the_whole_count_of_its_run(spending):
    spending.record(DAY, EMAIL, "a", 10)
    spending.record(DAY, EMAIL, "a", 7)

    assert spending.spent(DAY, EMAIL) == 7


def test_taking_stays_within_the_limit_of_all_runs_together(spending):
    spending.record(DAY, EMAIL, "other", 90)

    assert spending.take(DAY, EMAIL, "a", 6, limit=100) == 6
    assert spending.take(DAY, EMAIL, "a", 6, limit=100) == 4
    assert spending.take(DAY, EMAIL, "a", 6, limit=100) == 0
    assert spending.spent(DAY, EMAIL) == 100


def test_a_limit_below_what_is_spent_gives_nothing(spending):
    spending.record(DAY, EMAIL, "other", 90)

    assert spending.take(DAY, EMAIL, "a", 1, limit=50) == 0
    assert spending.spent(DAY, EMAIL) == 90


def test_what_is_given_back_can_be_taken_again(spending):
    spending.take(DAY, EMAIL, "a", 10, limit=10)

    spending.give_back(DAY, EMAIL, "a", 3)

    assert spending.spent(DAY, EMAIL) == 7
    assert spending.take(DAY, EMAIL, "b", 5, limit=10) == 3


def test_no_run_gives_back_more_than_it_took(spending):
    spending.record(DAY, EMAIL, "other", 5)
    spending.take(DAY, EMAIL, "a", 1, limit=10)

    spending.give_back(DAY, EMAIL, "a", 3)

    assert spending.spent(DAY, EMAIL) == 5


def test_a_later_process_and_another_run_remember(path):
    Spending(path).take(DAY, EMAIL, "a", 10, limit=100)

    Spending(path).take(DAY, EMAIL, "a", 1, limit=100)

    assert Spending(path).spent(DAY, EMAIL) == 11
    assert Spending(path).others(DAY, EMAIL, "b") == 11


def test_a_file_that_somebody_removed_is_written_again(path):
    spending = Spending(path)
    spending.record(DAY, EMAIL, "a", 10)
    path.unlink()

    spending.take(DAY, EMAIL, "a", 1, limit=100)

    assert Spending(path).spent(DAY, EMAIL) == 11


def test_two_runs_that_both_see_one_left_do_not_both_get_it(path):
    one, other = Spending(path), Spending(path)
    one.record(DAY, EMAIL, "a", 9)
    assert one.spent(DAY, EMAIL) == other.spent(DAY, EMAIL) == 9

    granted = [one.take(DAY, EMAIL, "a", 1, limit=10), other.take(DAY, EMAIL, "b", 1, limit=10)]

    assert granted == [1, 0]


def test_many_runs_at_once_take_the_limit_exactly(path):
    granted: list[int] = []

    def take(run: str) -> None:
        spending = Spending(path)
        granted.extend(spending.take(DAY, EMAIL, run, 1, limit=50) for _ in range(20))

    threads = [threading.Thread(target=take, args=(run,)) for run in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(granted) == 50
    assert Spending(path).spent(DAY, EMAIL) == 50


def test_the_file_is_read_again_only_when_it_changed(path, monkeypatch):
    one, other = Spending(path), Spending(path)
    one.record(DAY, EMAIL, "a", 1)
    other.spent(DAY, EMAIL)
    reads = []
    monkeypatch.setattr(json, "loads", lambda text, loads=json.loads: reads.append(1) or loads(text))

    assert [other.spent(DAY, EMAIL) for _ in range(5)] == [1] * 5
    assert reads == []
    one.record(DAY, EMAIL, "a", 2)
    assert [other.spent(DAY, EMAIL) for _ in range(5)] == [2] * 5
    assert reads == [1]


def test_days_older_than_a_week_are_forgotten(path):
    spending = Spending(path)
    for day in ("2026-11-15", "2026-11-16", "2026-11-22"):
        spending.record(day, EMAIL, "a", 1)

    spending.record(DAY, EMAIL, "a", 1)

    assert list(json.loads(path.read_text())["days"]) == ["2026-11-16", "2026-11-22", DAY]


def test_only_the_owner_can_read_the_files(path):
    Spending(path).record(DAY, EMAIL, "a", 1)

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"messages.json": 0o600, "messages.json.lock": 0o600}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version": 2, "days": {}}',
        b'{"version": 1, "days": []}',
        b'{"version": 1, "days": {"2026-11-23": 5}}',
        b'{"version": 1, "days": {"2026-11-23": {"email": {"a": "5"}}}}',
        b'{"version": 1, "days": {"2026-11-23": {"email": {"a": -5}}}}',
        b'{"version": 1, "days": {"2026-11-23": {"email": {"a": true}}}}',
    ],
)
@pytest.mark.parametrize("first", ["spent", "take"])
def test_a_damaged_file_is_put_aside_and_counting_begins_anew(path, content, first):
    path.write_bytes(content)
    spending = Spending(path)

    if first == "spent":
        assert spending.spent(DAY, EMAIL) == 0
    assert spending.take(DAY, EMAIL, "a", 5, limit=3) == 3

    assert path.with_name("messages.json.damaged").read_bytes() == content
    assert Spending(path).spent(DAY, EMAIL) == 3
    assert "messages.json was damaged" in spending.trouble
    assert "messages.json.damaged" in spending.trouble


def test_a_run_keeps_its_own_count_when_the_file_is_damaged_under_it(path):
    spending = Spending(path)
    spending.record(DAY, EMAIL, "a", 10)
    path.write_text("{")

    assert spending.take(DAY, EMAIL, "a", 5, limit=12) == 2
    assert Spending(path).spent(DAY, EMAIL) == 12


def test_a_folder_that_disappears_is_no_end_of_counting_and_made_good_when_it_is_back(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir()
    spending = Spending(folder / "messages.json")
    Spending(folder / "messages.json").record(DAY, EMAIL, "other", 4)
    spending.record(DAY, EMAIL, "a", 1)
    folder.rename(tmp_path / "gone")

    assert spending.take(DAY, EMAIL, "a", 10, limit=10) == 5
    assert spending.spent(DAY, EMAIL) == 10, "what was known of the other still stands"
    assert "No such file or directory" in spending.trouble

    (tmp_path / "gone").rename(folder)
    assert spending.take(DAY, EMAIL, "a", 10, limit=10) == 0
    assert Spending(folder / "messages.json").spent(DAY, EMAIL) == 10
    assert spending.trouble == ""


def test_a_file_that_cannot_be_replaced_stays_whole_and_the_run_goes_on(path, monkeypatch):
    spending = Spending(path)
    spending.record(DAY, EMAIL, "a", 1)
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(json, "dump", full)
        assert spending.take(DAY, EMAIL, "a", 5, limit=4) == 3
        assert spending.spent(DAY, EMAIL) == 4
        assert "No space left on device" in spending.trouble
        assert path.read_bytes() == before

    spending.give_back(DAY, EMAIL, "a", 1)
    assert Spending(path).spent(DAY, EMAIL) == 3
    assert spending.trouble == ""


def test_a_lock_that_nobody_lets_go_of_does_not_hold_up_the_run(path, monkeypatch):
    monkeypatch.setattr(locked, "TRIES", 5)
    with locked.locked(open_private(path.with_name("messages.json.lock"))):
        spending = Spending(path)

        assert spending.take(DAY, EMAIL, "a", 5, limit=4) == 4
        assert "another process holds it" in spending.trouble


@pytest.mark.parametrize(
    ("now", "hour", "day", "renewal"),
    [
        (1_795_392_000.0 + 0, 0, "2026-11-23", 1_795_392_000.0 + 86_400),
        (1_795_392_000.0 - 1, 0, "2026-11-22", 1_795_392_000.0),
        (1_795_392_000.0 + 9 * 3600, 9, "2026-11-23", 1_795_392_000.0 + 33 * 3600),
        (1_795_392_000.0 + 33 * 3600 - 0.001, 9, "2026-11-23", 1_795_392_000.0 + 33 * 3600),
        (1_795_392_000.0 + 33 * 3600, 9, "2026-11-24", 1_795_392_000.0 + 57 * 3600),
        (1_795_392_000.0 + 8 * 3600, 9, "2026-11-22", 1_795_392_000.0 + 9 * 3600),
    ],
)
def test_the_day_of_a_budget_begins_when_it_is_renewed(now, hour, day, renewal):
    assert budget_day(now, hour) == day
    assert next_renewal(now, hour) == renewal
