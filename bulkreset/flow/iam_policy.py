"""iam-policy: the permissions that one job takes, with the pool they are for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bulkreset.account import Caller, Medium
from bulkreset.actions.base import PasswordUse
from bulkreset.actions.registry import actions
from bulkreset.clock import Clock
from bulkreset.errors import Refused
from bulkreset.goals.registry import goals, policy_keys
from bulkreset.manifests.reading import read_manifest
from bulkreset.places import S3Object
from bulkreset.planning.delivery import SEND
from bulkreset.planning.directives import Directive, Directives
from bulkreset.planning.protection import protected_people
from bulkreset.planning.summary import LOOKUP_CATEGORY
from bulkreset.pool import ACCOUNT, PoolFacts, field_of_arn
from bulkreset.preflight.least_privilege import Demands, Permission, Phase, Resource, permissions
from bulkreset.preflight.terms import possible_terms
from bulkreset.rates.quotas import EMAIL_SENDS
from bulkreset.reporting.iam_policy import Policy, Statement
from bulkreset.settings.environment import Environment
from bulkreset.settings.loading import LoadedJob, load_job

PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b"}
"""Partition by how the region begins; all other regions are in `aws`."""


HANDED_OUT = frozenset(
    name for name, action in actions().items() if action.password is PasswordUse.HANDED_OUT
)

ALIAS = re.compile(r"alias/[A-Za-z0-9/_-]+$")


def iam_policy(
    job_path: Path,
    phase: Phase,
    account_id: str,
    clock: Clock,
    *,
    only_needed: bool,
    written: S3Object | None = None,
) -> Policy:
    """The least that one phase of a job takes.

    `account_id` is the pool's account; "" takes it from the role of the environment, or asks AWS who calls.
    Nothing else is asked: the rows of a manifest in S3 are not looked at. `only_needed` leaves out what a run
    can do without. `written` is the object that a report becomes; its key may end in `*`. Raises InputError
    for a job that cannot be used, and Refused where the account is not known.
    """
    loaded = load_job(job_path, policy_keys())
    found = permissions(phase, _demands(loaded, written))
    wanted = [one for one in found if not (only_needed and one.optional)]
    return _policy(phase, wanted, loaded, account_id or _account(loaded, clock), written)


def _demands(loaded: LoadedJob, written: S3Object | None) -> Demands:
    """What the job and the rows of its manifest may ask for, whatever the pool is like."""
    job, environment = loaded.job, loaded.environment
    terms = [
        possible_terms(directive.goal, directive.policy, _any_pool(loaded), reads_mfa=job.read == "get")
        for directive in _directives(loaded)
    ]
    media: set[Medium] = {medium for one in terms for medium in one.messages}
    steps = frozenset().union(*(one.actions for one in terms))
    if job.deliver is not None and any(actions()[name].password for name in steps):
        steps |= {SEND}
        media.add(Medium.EMAIL)
    categories = {LOOKUP_CATEGORY, *(actions()[name].category for name in steps)} - {EMAIL_SENDS}
    place = job.handout.secrets_manager if job.handout else None
    return Demands(
        steps=steps,
        media=media,
        asked_quotas={name for name in categories if environment.quotas.stated_rate(name) is None},
        reads_in_full=job.read == "get",
        reads_groups=bool((job.select and job.select.group) or protected_people(environment, job).groups),
        yields_to_traffic=job.live_traffic == "cloudwatch",
        signed=bool(environment.approval.required and environment.approval.kms_key),
        stores=place is not None and bool(steps & HANDED_OUT),
        tagged=place is not None and bool(place.tags),
        encrypted=place is not None and place.kms_key is not None,
        announces=any(target.event_bus for target in environment.notify.targets),
        configured=job.deliver is not None and job.deliver.configuration_set is not None,
        reads_objects=bool(loaded.objects),
        writes_objects=written is not None,
        encrypts_objects=environment.s3.kms_key_id is not None,
    )


def _directives(loaded: LoadedJob) -> list[Directive]:
    directives = Directives(loaded.job.goal, loaded.job.policy, goals())
    overrides = {""}
    if loaded.job.select is None and loaded.manifest_object is None and loaded.manifest_path.exists():
        for chunk in read_manifest(loaded.manifest_path, policy_keys(), loaded.job.goal):
            overrides.update(chunk.rows.loc[chunk.rows["problem"] == "", "overrides"].unique())
    return [directives.of(text) for text in sorted(overrides)]


def _any_pool(loaded: LoadedJob) -> PoolFacts:
    """A pool whose users may be reached by every way."""
    return PoolFacts(
        pool_id=loaded.environment.pool_id,
        name="",
        recovery=(),
        alias_attributes=(),
        username_attributes=(),
        case_sensitive=False,
        estimated_users=0,
        email_sender="",
    )


def _account(loaded: LoadedJob, clock: Clock) -> str:
    role = loaded.environment.credentials.role_arn
    if role:
        return field_of_arn(role, ACCOUNT)
    caller = _caller(loaded, clock)
    if caller is None:
        raise Refused(
            "nobody can tell which account the pool is in: write it as `--account 123456789012`, or use "
            "credentials of AWS"
        )
    return caller.account_id


def _caller(loaded: LoadedJob, clock: Clock) -> Caller | None:
    # boto3, which a known account spares
    from bulkreset.cognito.account.identity import caller_of, own_services  # noqa: PLC0415

    return caller_of(own_services(loaded.environment, clock))


def _policy(
    phase: Phase, found: list[Permission], loaded: LoadedJob, account: str, written: S3Object | None
) -> Policy:
    environment = loaded.environment
    partition = next(
        (name for start, name in PARTITIONS.items() if environment.region.startswith(start)), "aws"
    )
    pool = f"arn:{partition}:cognito-idp:{environment.region}:{account}:userpool/{environment.pool_id}"
    place = loaded.job.handout.secrets_manager if loaded.job.handout else None
    arns = {Resource.POOL: pool, Resource.ANY: "*", Resource.KEY: environment.approval.kms_key or ""}
    if place is not None:
        region = place.region or environment.region
        arns[Resource.SECRETS] = f"arn:{partition}:secretsmanager:{region}:{account}:secret:{place.prefix}/*"
        arns[Resource.ENCRYPTION] = place.kms_key or ""
    # A job reads one object: the manifest, or the one of `not_in`.
    for one in loaded.objects:
        arns[Resource.READ_OBJECTS] = f"arn:{partition}:s3:::{one.bucket}/{one.key}"
    if written is not None:
        arns[Resource.WRITTEN_OBJECTS] = f"arn:{partition}:s3:::{written.bucket}/{written.key}"
    arns[Resource.OBJECT_KEY] = environment.s3.kms_key_id or ""
    deliver = loaded.job.deliver
    if deliver is not None:
        ses = f"arn:{partition}:ses:{deliver.region or environment.region}:{account}"
        # An address is sent from by its own identity, or by that of a domain above it.
        arns[Resource.SENDER] = f"{ses}:identity/*"
        arns[Resource.CONFIGURATION] = f"{ses}:configuration-set/{deliver.configuration_set}"
    statements = []
    others = [resource for resource in Resource if resource is not Resource.BUS]
    for resource, optional in itertools.product(others, (False, True)):
        names = tuple(one.action for one in found if (one.resource, one.optional) == (resource, optional))
        if names:
            of_what = resource.name.title().replace("_", "")
            sid = f"Bulkreset{phase.value.title()}{of_what}{'Optional' if optional else ''}"
            # Secrets Manager and S3 ask for the key, by whichever name it has.
            by_any_name = resource in (Resource.ENCRYPTION, Resource.OBJECT_KEY)
            statement = _statement(sid, names, arns[resource], by_any_name=by_any_name)
            if deliver is not None and resource in (Resource.SENDER, Resource.CONFIGURATION):
                statement = replace(statement, from_address=deliver.address)
            statements.append(statement)
    events = f"arn:{partition}:events:{environment.region}:{account}"
    statements += _bus_statements(phase, found, environment, events)
    return Policy(phase.value, tuple(statements))


def _bus_statements(
    phase: Phase, found: list[Permission], environment: Environment, events: str
) -> Iterator[Statement]:
    """One for each bus: a bus given by its ARN may be another account's."""
    names = tuple(one.action for one in found if one.resource is Resource.BUS)
    buses = dict.fromkeys(target.event_bus for target in environment.notify.targets if target.event_bus)
    for number, bus in enumerate(buses if names else (), start=1):
        arn = bus if bus.startswith("arn:") else f"{events}:event-bus/{bus}"
        sid = f"Bulkreset{phase.value.title()}Bus{number if len(buses) > 1 else ''}Optional"
        yield Statement(sid, names, arn)


def _statement(sid: str, names: tuple[str, ...], arn: str, *, by_any_name: bool) -> Statement:
    alias = ALIAS.search(arn)
    # No alias of a key is a resource: a request that names one is allowed by that name.
    return Statement(sid, names, "*", alias[0], by_any_name) if alias else Statement(sid, names, arn)
