"""Which permissions of IAM a job takes, for planning it and for applying it: what it may call, and no more.

Source: Service Authorization Reference; the actions and their resources are those of "Amazon Cognito User
Pools", "Service Quotas", "Amazon SES", "Amazon SNS", "Amazon CloudWatch", "Amazon EventBridge", "AWS KMS",
"AWS Secrets Manager" and "Amazon S3".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bulkreset.account import Medium
from bulkreset.actions.base import SES
from bulkreset.actions.registry import actions
from bulkreset.preflight.permissions import (
    DESCRIBE_CLIENT,
    DESCRIBE_POOL,
    EMAIL_IDENTITY,
    GET_OBJECT,
    GET_USER,
    LIST_CLIENTS,
    LIST_REPLICAS,
    LIST_USERS,
)
from bulkreset.rates.quota_codes import ADJUSTABLE


class Resource(StrEnum):
    """What a permission is for."""

    POOL = "the user pool"
    ANY = "*"
    KEY = "the key that approvals are signed with"
    SECRETS = "the secrets that passwords are stored in"
    ENCRYPTION = "the key that secrets are encrypted with"
    SENDER = "the identity that mails come from"
    CONFIGURATION = "the configuration set that mails are sent with"
    BUS = "the event bus that is told how a run goes"
    READ_OBJECTS = "the objects of S3 that are read"
    WRITTEN_OBJECTS = "the objects of S3 that are written"
    OBJECT_KEY = "the key that objects of S3 are encrypted with"


class Phase(StrEnum):
    """What somebody does with a job."""

    PLAN = "plan"
    APPROVE = "approve"
    APPLY = "apply"
    HANDOUT = "handout"
    FOLLOWUP = "followup"


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """`optional`: without it the run goes on, knows less, and says so."""

    action: str
    resource: Resource
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Demands:
    """What of a job decides on its permissions. `steps` are the actions that it may take on some user.

    `asked_quotas` are the categories of which the environment does not state the quota. `stores`: passwords
    go to AWS Secrets Manager, `tagged` or `encrypted` by a key of the account's own. `configured`:
    mails are sent with a configuration set. `announces`: an event bus is told how the run goes.
    `reads_objects`, `writes_objects`: manifests and reports are in S3, and `encrypts_objects` by a key of the
    account's own.
    """

    steps: Collection[str]
    media: Collection[Medium]
    asked_quotas: Collection[str] = ()
    reads_in_full: bool = False
    reads_groups: bool = False
    yields_to_traffic: bool = False
    signed: bool = False
    stores: bool = False
    tagged: bool = False
    encrypted: bool = False
    configured: bool = False
    announces: bool = False
    reads_objects: bool = False
    writes_objects: bool = False
    encrypts_objects: bool = False


def permissions(phase: Phase, demands: Demands) -> tuple[Permission, ...]:
    """The permissions of one phase, in order. sts:GetCallerIdentity is allowed to everybody."""
    match phase:
        case Phase.PLAN:
            found = [*_reads(demands), *_account(demands), *_objects(demands)]
        case Phase.APPROVE:
            signs = ("kms:DescribeKey", "kms:Sign") if demands.signed else ()
            found = [Permission(name, Resource.KEY) for name in signs]
        case Phase.APPLY:
            found = [*_reads(demands), *_account(demands), *_changes(demands), *_stores(demands)]
            found += _objects(demands)
        case Phase.HANDOUT:
            found = [*_hands_out(demands)]
        case Phase.FOLLOWUP:
            found = [Permission(name, Resource.POOL) for name in (DESCRIBE_POOL, LIST_USERS)]
            found += [*_announces(demands), *_written_objects(demands)]
    return tuple(sorted(set(found)))


def _reads(demands: Demands) -> Iterator[Permission]:
    yield Permission(DESCRIBE_POOL, Resource.POOL)
    yield Permission(LIST_USERS, Resource.POOL)
    if demands.reads_in_full:
        yield Permission(GET_USER, Resource.POOL)
    if demands.reads_groups:
        yield Permission("cognito-idp:ListUsersInGroup", Resource.POOL)


def _account(demands: Demands) -> Iterator[Permission]:
    """What is asked so as to know limits rather than to assume them, and to find what is in the way."""
    for name in (LIST_CLIENTS, DESCRIBE_CLIENT, LIST_REPLICAS):
        yield Permission(name, Resource.POOL, optional=True)
    asked = []
    if demands.asked_quotas:
        asked += ["servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota"]
    if ADJUSTABLE.intersection(demands.asked_quotas):
        asked += ["cognito-idp:GetProvisionedLimit"]
    if Medium.EMAIL in demands.media:
        asked += ["ses:GetAccount", EMAIL_IDENTITY]
    if Medium.SMS in demands.media:
        asked += ["sns:GetSMSAttributes", "sns:GetSMSSandboxAccountStatus"]
    for name in asked:
        yield Permission(name, Resource.ANY, optional=True)


def _changes(demands: Demands) -> Iterator[Permission]:
    for name in demands.steps:
        action = actions()[name]
        if action.service == SES:
            yield Permission(f"ses:{action.operation}", Resource.SENDER)
            if demands.configured:
                yield Permission(f"ses:{action.operation}", Resource.CONFIGURATION)
        else:
            yield Permission(f"cognito-idp:{action.operation}", Resource.POOL)
        if not action.repeat_safe:
            # Where its answer is lost, the user is read back: nothing is sent on the chance.
            yield Permission(GET_USER, Resource.POOL)
    if demands.yields_to_traffic:
        yield Permission("cloudwatch:GetMetricData", Resource.ANY)
    if demands.signed:
        yield Permission("kms:Verify", Resource.KEY)
    yield from _announces(demands)


def _announces(demands: Demands) -> Iterator[Permission]:
    if demands.announces:
        yield Permission("events:PutEvents", Resource.BUS, optional=True)


def _stores(demands: Demands) -> Iterator[Permission]:
    if not demands.stores:
        return
    yield Permission("secretsmanager:CreateSecret", Resource.SECRETS)
    yield Permission("secretsmanager:PutSecretValue", Resource.SECRETS)
    if demands.tagged:
        yield Permission("secretsmanager:TagResource", Resource.SECRETS)
    if demands.encrypted:
        yield Permission("kms:Decrypt", Resource.ENCRYPTION)
        yield Permission("kms:GenerateDataKey", Resource.ENCRYPTION)


def _objects(demands: Demands) -> Iterator[Permission]:
    if demands.reads_objects:
        yield Permission(GET_OBJECT, Resource.READ_OBJECTS)
        if demands.encrypts_objects:
            yield Permission("kms:Decrypt", Resource.OBJECT_KEY)
    yield from _written_objects(demands)


def _written_objects(demands: Demands) -> Iterator[Permission]:
    if not demands.writes_objects:
        return
    yield Permission("s3:PutObject", Resource.WRITTEN_OBJECTS)
    # Of a large object that could not be sent in full S3 keeps the parts, unless told.
    yield Permission("s3:AbortMultipartUpload", Resource.WRITTEN_OBJECTS)
    if demands.encrypts_objects:
        # Parts of a large object are read again by S3 when it is put together.
        yield Permission("kms:Decrypt", Resource.OBJECT_KEY)
        yield Permission("kms:GenerateDataKey", Resource.OBJECT_KEY)


def _hands_out(demands: Demands) -> Iterator[Permission]:
    if not demands.stores:
        return
    yield Permission("secretsmanager:GetSecretValue", Resource.SECRETS)
    yield Permission("secretsmanager:DeleteSecret", Resource.SECRETS, optional=True)
    if demands.encrypted:
        yield Permission("kms:Decrypt", Resource.ENCRYPTION)
