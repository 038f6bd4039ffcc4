"""Messages a day: a job that needs more is refused, or is spread over days by the same cron line."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from command import verified_users

from bulkreset.clock import SystemClock
from bulkreset.simulator import NO_QUOTAS

RESET = "AdminResetUserPassword"
DAY = timedelta(days=1)
COGNITO = {"email_sender": "COGNITO_DEFAULT"}


class ShiftedClock(SystemClock):
    """The machine's clock, some days ahead: what AWS's clock shows in the simulator."""

    def __init__(self) -> None:
        self.ahead_seconds = 0.0

    def now(self) -> float:
        return super().now() + self.ahead_seconds

    def show(self, moment: datetime) -> None:
        self.ahead_seconds = moment.timestamp() - super().now()


@pytest.fixture
def drip(scene):
    """120 users of a pool with Cognito's own sender, a job that spreads, and AWS's clock in hand."""

    def drip(users=120, **messages):
        clock = ShiftedClock()
        clock.show(datetime(2026, 12, 1, 10, 0, tzinfo=UTC))
        people = verified_users(users)
        simulator, desk, command = scene(
            people,
            pool=COGNITO,
            job={"messages": messages} if messages else {},
            clock=clock,
            daily_email_limit=50,
            quotas=NO_QUOTAS,
        )
        return simulator, desk, command, clock, people

    return drip


CRON_LINE = ("run", "job.yaml", "--out", "runs", "--yes", "--resume-latest", "--quiet")


def test_120_mails_at_50_a_day_take_three_daily_runs_of_one_cron_line(drip):
    simulator, desk, command, clock, people = drip(spread=True)
    (desk.folder / "runs").mkdir()
    sent = []
    for day, expected in enumerate([4, 4, 0]):
        clock.show(datetime(2026, 12, 1, 10, 0, tzinfo=UTC) + day * DAY)
        ended = command(*CRON_LINE)
        assert (ended.code, ended.out, ended.err) == (expected, "", ""), f"day {day + 1}"
        sent.append(len(simulator.outbox))
    assert sent == [50, 100, 120]
    assert simulator.outbox.counts() == {user.username: 1 for user in people}
    assert simulator.counters.calls(RESET) == 120, "no call was wasted on a spent budget"
    assert len(list((desk.folder / "runs").glob("*.run"))) == 1
    assert simulator.counters.effects("AdminUserGlobalSignOut") == 120


def test_on_the_same_day_the_cron_line_sends_nothing_more(drip):
    simulator, desk, command, _, _ = drip(spread=True)
    (desk.folder / "runs").mkdir()
    assert command(*CRON_LINE).code == 4
    again = command(*CRON_LINE)
    assert (again.code, again.out, again.err) == (4, "", "")
    assert len(simulator.outbox) == simulator.counters.calls(RESET) == 50


def test_a_job_over_the_budget_is_refused_before_any_call_and_says_how_to_go_on(drip):
    simulator, desk, command, _, _ = drip()
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 3
    assert "120" in refused.err
    assert "50" in refused.err
    assert "spread: true" in refused.err
    assert not (desk.folder / "a.run").exists()
    assert simulator.counters.calls(RESET) == 0


def test_a_part_of_the_budget_can_be_left_to_others_and_a_day_can_have_fewer(drip):
    simulator, _, command, clock, _ = drip(spread=True, leave="20%")
    assert command.plan_and_apply("a.run").code == 4
    assert len(simulator.outbox) == 40
    clock.show(datetime(2026, 12, 2, 9, 1, tzinfo=UTC))
    assert command("resume", "a.run").code == 4
    assert len(simulator.outbox) == 80


def test_the_day_of_cognitos_own_sender_begins_at_nine(drip):
    simulator, _, command, clock, _ = drip(spread=True, per_day=30)
    assert command.plan_and_apply("a.run").code == 4
    assert len(simulator.outbox) == 30
    clock.show(datetime(2026, 12, 2, 8, 58, tzinfo=UTC))
    assert command("resume", "a.run").code == 4
    assert len(simulator.outbox) == 30
    clock.show(datetime(2026, 12, 2, 9, 2, tzinfo=UTC))
    assert command("resume", "a.run").code == 4
    assert len(simulator.outbox) == 60


def test_what_one_job_has_sent_another_cannot_send_again(drip):
    simulator, desk, command, _, people = drip(spread=True, per_day=30)
    names = [user.username for user in people]
    desk.job(names[:20], messages={"spread": True, "per_day": 30})
    assert command.plan_and_apply("first.run").code == 0
    desk.job(names[20:], messages={"spread": True, "per_day": 30})
    stopped = command.plan_and_apply("second.run")
    assert stopped.code == 4
    assert "today's share" in stopped.err
    assert len(simulator.outbox) == 30


def test_when_others_spent_the_budget_the_run_stops_signs_out_and_goes_on_the_next_day(drip):
    simulator, _, command, clock, people = drip(users=40)
    simulator.outbox.daily_email_limit = 5
    stopped = command.plan_and_apply("a.run")
    assert stopped.code == 4
    assert "daily message budget is spent" in stopped.err
    assert len(simulator.outbox) == 5
    assert simulator.counters.effects("AdminUserGlobalSignOut") == simulator.counters.effects(RESET)
    simulator.outbox.daily_email_limit = 50
    clock.show(datetime(2026, 12, 2, 10, 0, tzinfo=UTC))
    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 0, resumed.err
    assert Counter(simulator.outbox.counts().values()) == {1: len(people)}


def test_the_plan_says_how_many_messages_go_by_which_medium_and_when_it_is_through(drip):
    _, _, command, _, _ = drip(spread=True)
    command.plan("a.run")
    shown = command("show", "a.run").out
    assert "120 by email" in shown
    assert "50 a day" in shown
    assert "through on" in shown
