"""Who calls, and which permissions the caller is known to hold: reads are tried, changes cannot be.

Permissions of single users or app clients do not exist: all are on the pool's ARN (Service Authorization
Reference, "Actions, resources, and condition keys for Amazon Cognito User Pools").
"""

from __future__ import annotations

from bulkreset.actions.registry import actions
from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.permissions import NEEDED
from bulkreset.preflight.terms import JobTerms


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if facts.caller is None:
        yield Told(
            Severity.NOTE,
            "who calls is not known",
            "sts:GetCallerIdentity, which needs no permission, was not answered, as by an emulator",
            "check by hand that the credentials are those of the account that owns the pool",
        )
    elif facts.pool and facts.pool.account_id and facts.caller.account_id != facts.pool.account_id:
        yield Told(
            Severity.WARNING,
            f"the caller is of account {facts.caller.account_id} and the pool of {facts.pool.account_id}",
            "a pool is reached from another account only where a role or a resource policy allows it",
            "check `credentials` in the environment file",
        )
    for unread in facts.unread_of(*NEEDED):
        if not unread.is_denied:
            continue
        yield Told(
            Severity.PROBLEM,
            f"{unread.permission} is not permitted",
            f"AWS answered {unread.reason}; {NEEDED[unread.permission]}",
            "give the caller this action on the pool's ARN",
        )
    yield from _untried(terms)


def _untried(terms: JobTerms) -> Found:
    operations = sorted({actions()[name].operation for name in terms.actions if name in actions()})
    if operations:
        named = ", ".join(f"cognito-idp:{operation}" for operation in operations)
        yield Told(
            Severity.NOTE,
            f"whether the changes are permitted was not tried: {', '.join(operations)}",
            "a permission to change users can be tried only by changing one; a run that lacks it ends at its "
            "first such call, with exit code 3, and can be resumed",
            f"see that the caller's policy allows {named} on the pool's ARN",
        )


CHECK = Check(
    "access",
    "who calls, in which account; the reads that a job needs; which changes cannot be tried",
    "Service Authorization Reference, Amazon Cognito User Pools",
    _examine,
)
