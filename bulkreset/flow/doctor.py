"""doctor: preflight alone. What speaks against a job in its pool and account, or kept a code from a user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bulkreset.actions.registry import actions
from bulkreset.clock import Clock
from bulkreset.cognito.account.identity import caller_of
from bulkreset.cognito.objects import Objects
from bulkreset.cognito.optional import wanted
from bulkreset.cognito.parsing import pool_facts
from bulkreset.cognito.pool_settings import pool_settings
from bulkreset.errors import InputError, Refused
from bulkreset.flow.access import Access, open_access
from bulkreset.flow.account import books, learn_message_limits, learn_quotas, spent_today
from bulkreset.flow.person import read_person
from bulkreset.flow.preflight import Known, read_facts
from bulkreset.goals.registry import goals, policy_keys
from bulkreset.planning.summary import LOOKUP_CATEGORY
from bulkreset.preflight.base import Finding
from bulkreset.preflight.facts import Facts, Unread
from bulkreset.preflight.findings import find
from bulkreset.preflight.permissions import DESCRIBE_POOL, GET_OBJECT, GET_USER, LIST_USERS
from bulkreset.preflight.person import Person, find_person
from bulkreset.preflight.terms import JobTerms, possible_terms
from bulkreset.settings.loading import LoadedJob, load_job

CLIENTS_OF_DOCTOR = 60
NOBODY = "bulkreset-nobody-is-called-this"
"""AdminGetUser is tried with a name that nobody has: it is permitted where the answer is UserNotFound."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What `doctor` has to tell. `calls` counts those to the pool, by operation."""

    facts: Facts
    terms: JobTerms
    findings: tuple[Finding, ...]
    person: Person | None
    calls: Mapping[str, int]


def diagnose(job_path: Path, user: str | None, clock: Clock, *, read_mfa: bool = False) -> Diagnosis:
    """Examine a job, or why `user` got no code. Changes nothing; `read_mfa` bills that user as active.

    Raises InputError for a job that cannot be used, and Refused where there are no credentials.
    """
    loaded = load_job(job_path, policy_keys())
    access = open_access(loaded.environment, clock)
    try:
        facts, terms = _look(access, loaded)
        facts = _objects_tried(access, loaded, facts)
        person = None
        if user is None:
            findings = find(facts, terms)
        elif facts.pool is None or facts.unread_of(LIST_USERS):
            # Without these nothing is known of any user: why, the checks of the job say.
            findings = find(facts, terms)
        else:
            person = read_person(access, facts.pool, user, reads_mfa=read_mfa or terms.reads_mfa)
            findings = find_person(person, facts, terms)
        return Diagnosis(facts, terms, findings, person, dict(access.client.calls))
    finally:
        access.close()


def _look(access: Access, loaded: LoadedJob) -> tuple[Facts, JobTerms]:
    environment, job = loaded.environment, loaded.job
    goal, reads_mfa = goals()[job.goal], job.read == "get"
    caller = caller_of(access.client.services)
    described = wanted(access.directory, "DescribeUserPool", {}, expecting="UserPool")
    if isinstance(described, Unread):
        facts = Facts(environment.region, environment.pool_id, caller=caller, unread=(described,))
        terms = possible_terms(goal, job.policy, None, reads_mfa=reads_mfa).of_job(job)
        return _tried(access, facts, terms), terms
    pool = pool_facts(described["UserPool"])
    terms = possible_terms(goal, job.policy, pool, reads_mfa=reads_mfa).of_job(job)
    categories = [LOOKUP_CATEGORY, *sorted({actions()[name].category for name in terms.actions})]
    learn_quotas(access, environment, categories)
    limits = learn_message_limits(access, environment, pool, list(terms.messages))
    spent = spent_today(limits, books(access.share_with_others(environment, pool)), access.now())
    known = Known(pool, pool_settings(described["UserPool"]), caller, limits, spent, categories)
    facts = replace(read_facts(access, known, terms, CLIENTS_OF_DOCTOR), tried=(DESCRIBE_POOL,))
    return _tried(access, facts, terms), terms


def _tried(access: Access, facts: Facts, terms: JobTerms) -> Facts:
    """The facts, with which reads of users are permitted. Bills nobody."""
    listed = wanted(access.directory, "ListUsers", {"Limit": 1}, expecting="Users")
    facts = _noted(facts, LIST_USERS, listed if isinstance(listed, Unread) else None)
    if not terms.reads_mfa:
        return facts
    read = wanted(access.directory, "AdminGetUser", {"Username": NOBODY}, expecting="Username")
    is_refused = isinstance(read, Unread) and read.reason != "UserNotFoundException"
    return _noted(facts, GET_USER, read if is_refused and isinstance(read, Unread) else None)


def _objects_tried(access: Access, loaded: LoadedJob, facts: Facts) -> Facts:
    """The facts, with what of S3 cannot be read."""
    for place in loaded.objects:
        try:
            Objects(access.client.services, loaded.environment.s3).try_to_read(place)
        except (InputError, Refused) as error:
            facts = _noted(facts, GET_OBJECT, Unread(GET_OBJECT, str(place), str(error)))
        else:
            facts = _noted(facts, GET_OBJECT, None)
    return facts


def _noted(facts: Facts, permission: str, unread: Unread | None) -> Facts:
    if unread is None:
        return replace(facts, tried=(*facts.tried, permission))
    return replace(facts, unread=(*facts.unread, unread))
