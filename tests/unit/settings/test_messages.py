from __future__ import annotations

import pytest
from pydantic import ValidationError

from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.settings.message_budget import MessageBudget
from bulkreset.settings.messages import Messages

JOB = {"environment": "e.yaml", "goal": "force-reset", "manifest": "u.csv"}


def messages(written: object) -> Messages:
    return Job.model_validate({**JOB, "messages": written}).messages


def test_a_job_is_not_spread_over_days_unless_it_says_so() -> None:
    assert Job.model_validate(JOB).messages == Messages(spread=False, per_day=None, leave=0)
    assert messages(None) == Messages()


@pytest.mark.parametrize("leave", ["20%", 0.2])
def test_what_is_left_to_others_is_a_percentage_or_a_fraction(leave: object) -> None:
    assert messages({"spread": True, "per_day": 5000, "leave": leave}) == Messages(
        spread=True, per_day=5000, leave=0.2
    )


@pytest.mark.parametrize(
    "written", [{"leave": 1.01}, {"leave": -0.1}, {"leave": "20"}, {"per_day": 0}, {"spread": 1}, 500, []]
)
def test_these_are_no_messages(written: object) -> None:
    with pytest.raises(ValidationError, match="messages"):
        messages(written)


def test_live_traffic_is_not_read_unless_the_job_says_so() -> None:
    assert Job.model_validate(JOB).live_traffic == "none"
    assert Job.model_validate({**JOB, "live_traffic": "cloudwatch"}).live_traffic == "cloudwatch"


def test_an_account_may_send_what_aws_says_unless_the_environment_says_otherwise() -> None:
    assert Environment(pool_id="eu-west-1_A").message_budget == MessageBudget()
    written = {"email_per_day": 50_000, "email_per_second": 14, "sms_per_day": 0}
    budget = Environment.model_validate({"pool_id": "eu-west-1_A", "message_budget": written}).message_budget
    assert (budget.email_per_day, budget.email_per_second, budget.sms_per_day) == (50_000, 14, 0)
