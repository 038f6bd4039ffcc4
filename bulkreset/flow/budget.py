"""The refusal of more messages than the day and the job allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bulkreset.account import Medium, MessageLimit
from bulkreset.errors import Refused
from bulkreset.planning.message_budget import budget_problems
from bulkreset.planning.summary import Estimate
from bulkreset.settings.job import Job


def refuse_over_budget(
    cost: Estimate, limits: Collection[MessageLimit], spent: Mapping[Medium, int], job: Job
) -> None:
    """Raise Refused where a plan sends more than may be sent. `spent` is what is known to be sent today."""
    problems = budget_problems(cost.messages_by_medium, limits, spent, job.messages)
    if problems:
        raise Refused("\n".join(problems))
