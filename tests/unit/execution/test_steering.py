"""Waves, thresholds, windows, deadlines and orders, in virtual time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from factories import plan_row, user
from fakes import TOLERANT, Rehearsal, a_job, refused

from bulkreset.cognito.answers import Meaning
from bulkreset.control.channel import Channel
from bulkreset.control.orders import Order, OrderKind
from bulkreset.errors import Stopped, StoppedOnSchedule

NO = refused(Meaning.ROW_REFUSED, "InvalidParameterException")


def names(count: int) -> list[str]:
    return [f"user-{number}" for number in range(1, count + 1)]


def people(count: int):
    return [user(name) for name in names(count)]


def in_waves(path, sizes, **options) -> Rehearsal:
    everybody = people(sum(sizes))
    waves = [wave for wave, size in enumerate(sizes, start=1) for _ in range(size)]
    rows = [
        plan_row(number, about, steps="reset-password", wave=wave)
        for number, (about, wave) in enumerate(zip(everybody, waves, strict=True), start=1)
    ]
    return Rehearsal(path / "run.db", everybody, rows=rows, **options)


def job(**settings):
    return a_job(**{"max_failed": TOLERANT, **settings})


def kinds(run: Rehearsal) -> list[str]:
    return [kind for kind, _ in run.events()]


def order(run: Rehearsal, kind: OrderKind, **detail) -> None:
    by = {"user": "jane", "host": "desk", "pid": 1}
    Channel(run.path).give(Order(f"{kind}-{len(run.pool.log)}", run.clock.now(), kind, by, detail))


class When:
    """Does something once, as soon as so many calls were made; never asks for a stop."""

    def __init__(self, run: Rehearsal, calls: int, what) -> None:
        self._run, self._calls, self._what = run, calls, what
        self.at: float | None = None

    def __call__(self) -> bool:
        if self.at is None and len(self._run.pool.log) >= self._calls:
            self.at = self._run.clock.monotonic()
            self._what()
        return False


# Waves


def test_a_wave_begins_when_the_one_before_is_over_and_the_pause_has_passed(tmp_path):
    run = in_waves(tmp_path, [3, 5, 40], job=job(waves=[3, 5, "rest"], between="10m"))

    assert run.run() is True

    at = [call.at for call in run.pool.log]
    assert [call.username for call in run.pool.log[:3]] == names(3)
    assert at[3] - at[2] >= 600
    assert at[8] - at[7] >= 600
    assert kinds(run).count("paused") == 2


def test_between_two_waves_nothing_is_looked_at_either(tmp_path):
    run = in_waves(tmp_path, [3, 5], job=job(waves=[3, "rest"], between="confirm"))

    with pytest.raises(Stopped, match="wave 1 of 2"):
        run.run()

    assert sorted(run.pool.looks) == names(3)


def test_a_wave_with_a_row_that_is_waited_for_is_not_over(tmp_path):
    run = in_waves(tmp_path, [3, 3], job=job(waves=[3, "rest"]))
    run.pool.will("reset-password", "user-2", refused(Meaning.SERVER_ERROR, "InternalErrorException"))

    assert run.run() is True

    order = [call.username for call in run.pool.log]
    assert order.index("user-4") > max(i for i, name in enumerate(order) if name == "user-2")


def test_a_killed_runner_goes_on_in_its_wave(tmp_path):
    run = in_waves(tmp_path, [3, 5, 40], job=job(waves=[3, 5, "rest"], between="confirm"))
    for _ in range(2):
        with pytest.raises(Stopped):
            run.run()
    assert [run.outcomes[name] for name in names(8)] == ["done"] * 8
    assert run.outcomes["user-9"] == "not-attempted"

    assert run.run() is True


def test_a_runner_that_comes_by_itself_does_not_open_the_next_wave(tmp_path):
    run = in_waves(tmp_path, [3, 5], job=job(waves=[3, "rest"], between="confirm"))
    with pytest.raises(Stopped):
        run.run()

    with pytest.raises(Stopped, match="waits for a person"):
        run.run(by_itself=True)
    assert run.outcomes["user-4"] == "not-attempted"

    order(run, OrderKind.CONTINUE)
    assert run.run(by_itself=True) is True


def test_the_rest_of_a_pause_is_waited_for_by_the_next_runner(tmp_path):
    run = in_waves(tmp_path, [3, 5], job=job(waves=[3, "rest"], between="10m"))
    assert run.run(stop=lambda: run.clock.monotonic() > 300) is False

    assert run.run(by_itself=True) is True

    at = [call.at for call in run.pool.log]
    assert 600 <= at[3] - at[2] < 602


# Thresholds


def failing(run: Rehearsal, *numbers: int) -> None:
    for number in numbers:
        run.pool.will("reset-password", f"user-{number}", NO)


def threshold(path, count: int, max_failed, **options) -> Rehearsal:
    return Rehearsal(
        path / "run.db", people(count), "reset-password", job=a_job(max_failed=max_failed), **options
    )


def test_three_failures_of_fifty_stop_a_run_at_five_percent_and_two_do_not(tmp_path):
    run = threshold(tmp_path, 100, {"fraction": 0.05, "minimum": 50}, capacity=1)
    failing(run, 1, 2, 3)

    with pytest.raises(Stopped, match=r"3 of 50 rows failed \(6\.0%\)"):
        run.run()
    assert len(run.pool.log) == 50

    assert run.run() is True, "a person takes it up: counting begins anew"
    assert list(run.outcomes.values()).count("done") == 97


def test_two_failures_of_fifty_stop_nothing(tmp_path):
    run = threshold(tmp_path, 100, {"fraction": 0.05, "minimum": 50}, capacity=1)
    failing(run, 1, 2)

    assert run.run() is True


def test_counting_goes_on_over_runners_that_no_person_starts(tmp_path):
    run = threshold(tmp_path, 100, {"count": 3}, capacity=1)
    failing(run, 1, 2, 3, 60)
    assert run.run(stop=lambda: len(run.pool.log) >= 20) is False

    with pytest.raises(Stopped, match="4 rows failed"):
        run.run(by_itself=True)

    with pytest.raises(Stopped, match="waits for a person"):
        run.run(by_itself=True)


@pytest.mark.parametrize("most", [0, 1, 5])
def test_in_strict_mode_a_threshold_is_overshot_by_one_row(tmp_path, most):
    run = threshold(tmp_path, 200, {"count": most, "strict": True})
    failing(run, *range(1, 201))

    with pytest.raises(Stopped):
        run.run()

    assert list(run.outcomes.values()).count("failed") == most + 1


def test_otherwise_it_is_overshot_by_a_batch_at_most(tmp_path):
    run = threshold(tmp_path, 200, {"count": 5}, capacity=16)
    failing(run, *range(1, 201))

    with pytest.raises(Stopped):
        run.run()

    assert 6 < list(run.outcomes.values()).count("failed") <= 6 + 16


def test_rows_that_stay_unknown_count_once_and_do_not_keep_a_run_from_going_on(tmp_path):
    run = threshold(tmp_path, 600, {"count": 2})
    for number in (1, 2, 3):
        run.pool.will("reset-password", f"user-{number}", refused(Meaning.NO_ANSWER, "ReadTimeoutError"))
        run.pool.change(f"user-{number}", modified_at=run.clock.now() + 10**6)
    with pytest.raises(Stopped, match="3 rows failed"):
        run.run()
    assert list(run.outcomes.values()).count("unknown") == 3

    assert run.run() is True


# Windows and deadlines. The virtual clock starts on 2023-11-14 at 22:13:20 UTC.

START = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
NIGHT = {"from": "23:00", "to": "23:30", "timezone": "UTC"}


def test_outside_its_window_a_run_ends_and_says_when_it_opens(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(10), job=job(window=NIGHT))

    with pytest.raises(StoppedOnSchedule, match="2023-11-14T23:00:00"):
        run.run()

    assert run.pool.log == []


def test_with_wait_it_holds_until_the_window_opens_and_again_when_it_closes(tmp_path, monkeypatch):
    monkeypatch.setattr("bulkreset.execution.executor.HOLD_TURN_SECONDS", 60.0)  # it takes a day
    users = people(200)
    run = Rehearsal(
        tmp_path / "run.db", users, "reset-password", job=job(window=NIGHT), waits=True, share=0.002
    )

    assert run.run() is True

    hours = {datetime.fromtimestamp(START.timestamp() + call.at, UTC) for call in run.pool.log}
    assert all(moment.hour == 23 and moment.minute <= 30 for moment in hours)
    assert len({moment.date() for moment in hours}) > 1


def test_a_run_ends_when_its_window_closes(tmp_path):
    window = {"from": "22:00", "to": "22:14", "timezone": "UTC"}
    run = Rehearsal(tmp_path / "run.db", people(3000), "reset-password", job=job(window=window))

    with pytest.raises(StoppedOnSchedule):
        run.run()

    assert 0 < len(run.pool.log) < 3000
    assert "unknown" not in run.outcomes.values()
    assert run.clock.monotonic() < 41


def test_after_the_deadline_nothing_is_called(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(3000), job=job(deadline="2023-11-14T22:14:00Z"))

    with pytest.raises(Stopped, match="bulkreset retry"):
        run.run()

    assert len(run.pool.log) > 0
    assert max(call.at for call in run.pool.log) <= 40.4


# Orders


def test_a_pause_lets_what_is_in_flight_finish_and_a_continue_goes_on(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(200), "reset-password")
    pause = When(run, 50, lambda: order(run, OrderKind.PAUSE))
    resumed_at = []

    def watched() -> bool:
        pause()
        if pause.at is not None and not resumed_at and run.clock.monotonic() > pause.at + 60:
            assert len(run.pool.log) < 65
            assert "unknown" not in run.outcomes.values()
            order(run, OrderKind.CONTINUE)
            resumed_at.append(run.clock.monotonic())
        return False

    assert run.run(stop=watched) is True

    assert resumed_at
    quiet = [call.at for call in run.pool.log if pause.at + 1.0 < call.at < resumed_at[0]]
    assert quiet == []
    detail = dict(run.events())["order-pause"]
    assert detail["user"] == "jane"
    assert detail["taken_after_seconds"] < 1.0


def test_after_a_long_pause_users_are_looked_at_again(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(200), "reset-password")
    pause = When(run, 50, lambda: order(run, OrderKind.PAUSE))
    went_on = []

    def watched() -> bool:
        pause()
        if pause.at is not None and not went_on and run.clock.monotonic() > pause.at + 3600:
            run.pool.change("user-60", email="another@example.com")
            order(run, OrderKind.CONTINUE)
            went_on.append(True)
        return False

    assert run.run(stop=watched) is True

    assert run.outcomes["user-60"] == "drifted"
    assert "user-60" not in run.pool.outbox


def test_a_stop_ends_the_run_and_only_a_person_takes_it_up(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(200), "reset-password")

    with pytest.raises(Stopped, match="jane on desk ordered a stop"):
        run.run(stop=When(run, 50, lambda: order(run, OrderKind.STOP)))
    assert "unknown" not in run.outcomes.values()

    with pytest.raises(Stopped, match="waits for a person"):
        run.run(by_itself=True)
    assert run.run() is True


def test_a_rate_holds_from_the_next_slot_on(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(400), "reset-password")
    slower = When(run, 60, lambda: order(run, OrderKind.RATE, shares={"UserAccountRecovery": 0.1}))

    assert run.run(stop=slower) is True

    later = [call.at for call in run.pool.log if call.at > slower.at + 1.0]
    assert (len(later) - 1) / (later[-1] - later[0]) == pytest.approx(3.0, rel=0.03)
    assert dict(run.events())["order-rate"]["rates_per_second"]["UserAccountRecovery"] == pytest.approx(3.0)


def test_an_order_that_makes_no_sense_is_passed_over(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(20), "reset-password")
    with Channel(run.path).orders_path.open("w", encoding="utf-8") as file:
        file.write("nonsense\n{}\n[]\n")
        file.write('{"id":"1","at":1,"order":"rate","by":{},"detail":{"shares":{"UserUpdate":7}}}\n')
        file.write('{"id":"2","at":1,"order":"pause","by":{},"detail":{}}')  # not whole yet

    assert run.run() is True


def test_a_run_that_is_over_when_it_is_stopped_is_over(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(20), "reset-password")

    assert run.run(stop=lambda: len(run.pool.outbox) == 20 and run.clock.monotonic() > 5) is True
