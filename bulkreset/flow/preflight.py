"""preflight: everything that checks look at is read, and every check is asked, before anything is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bulkreset.account import Caller, Medium, MessageLimit
from bulkreset.cognito.account.sender import identity_of, sender_identity
from bulkreset.cognito.app_clients import app_clients
from bulkreset.cognito.replicas import replicas
from bulkreset.flow.access import Access
from bulkreset.goals.registry import goals
from bulkreset.planning.summary import Estimate
from bulkreset.pool import PoolFacts
from bulkreset.preflight.base import Finding
from bulkreset.preflight.facts import Facts, PoolSettings, Unread
from bulkreset.preflight.findings import find, refuse_problems
from bulkreset.preflight.terms import JobTerms, planned_terms, possible_terms
from bulkreset.settings.job import Job

CLIENTS_OF_A_PLAN = 8
"""So many app clients are described for a plan, and each time it is applied; each takes a call."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a plan or a runner has learnt anyway."""

    pool: PoolFacts
    settings: PoolSettings
    caller: Caller | None = None
    limits: tuple[MessageLimit, ...] = ()
    spent: Mapping[Medium, int] | None = None
    categories: Collection[str] = ()


def preflight(access: Access, known: Known, job: Job, cost: Estimate) -> tuple[Finding, ...]:
    """What every check finds of a plan. Takes a call for the app clients, one for each, and two beside."""
    terms = planned_terms(goals()[job.goal], job.policy, cost, reads_mfa=job.read == "get").of_job(job)
    return find(read_facts(access, known, terms, CLIENTS_OF_A_PLAN), terms)


def refuse_goal(access: Access, known: Known, job: Job) -> None:
    """Raise Refused where the goal is not possible in the pool; with all other problems that there are."""
    goal = goals()[job.goal]
    if goal.refusal(known.pool, job.policy):
        terms = possible_terms(goal, job.policy, known.pool, reads_mfa=job.read == "get").of_job(job)
        refuse_problems(find(read_facts(access, known, terms, CLIENTS_OF_A_PLAN), terms))


def read_facts(access: Access, known: Known, terms: JobTerms, most_clients: int) -> Facts:
    """All that checks look at. What cannot be read is among `unread`."""
    region = access.client.services.region
    facts = Facts(
        region=region,
        pool_id=known.pool.pool_id,
        pool=known.pool,
        settings=known.settings,
        caller=known.caller,
        limits=known.limits,
        spent=known.spent or {},
        quotas={name: access.rates.quota(name) for name in known.categories},
    )
    clients, unread = app_clients(access.directory, most_clients)
    found = replicas(access.directory, known.settings, region)
    facts = replace(facts, clients=clients, unread=unread)
    if isinstance(found, Unread):
        facts = replace(facts, unread=(*facts.unread, found))
    else:
        facts = replace(facts, replica_role=found.role, replica_regions=found.others)
    if terms.deliver and terms.sends(Medium.EMAIL):
        sender = terms.deliver
        own = identity_of(sender.address, sender.region or "", access.client.services)
        facts = replace(facts, own_identity=own)
    if not terms.is_mailed_by_pool:
        return facts
    identity = sender_identity(known.pool, known.settings, access.client.services)
    if isinstance(identity, Unread):
        return replace(facts, unread=(*facts.unread, identity))
    return replace(facts, identity=identity)
