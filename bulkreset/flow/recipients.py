"""Whether somebody will know the passwords of a plan: asked of every plan, also of one without a call."""

from __future__ import annotations

from bulkreset.goals.registry import goals
from bulkreset.planning.summary import Estimate
from bulkreset.preflight.checks.handout import CHECK
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.findings import refuse_problems
from bulkreset.preflight.terms import planned_terms
from bulkreset.settings.job import Job


def refuse_without_recipients(job: Job, cost: Estimate) -> None:
    """Raise Refused where the plan sets passwords that nobody could hand out."""
    terms = planned_terms(goals()[job.goal], job.policy, cost, reads_mfa=job.read == "get").of_job(job)
    refuse_problems(CHECK.findings(Facts(), terms))
