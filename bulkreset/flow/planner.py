"""Who plans: kept where approvals are asked for, so that somebody else can be told from the planner."""

from __future__ import annotations

from bulkreset.clock import Clock
from bulkreset.errors import Refused
from bulkreset.settings.environment import Environment

NOBODY = "GetCallerIdentity does not answer, so nobody can tell who {}; use credentials of AWS"


def planner_meta(environment: Environment, clock: Clock) -> dict[str, object]:
    """Account and ARN of the planner, for the run file; nothing where no approval is asked for.

    Takes one call, also where a plan is made from a snapshot. Raises Refused where it is not answered.
    """
    if not environment.approval.required:
        return {}
    # boto3, which a snapshot spares
    from bulkreset.cognito.account.identity import caller_of, own_services  # noqa: PLC0415

    planner = caller_of(own_services(environment, clock))
    if planner is None:
        raise Refused(NOBODY.format("plans"))
    return {"planner": {"account_id": planner.account_id, "caller": planner.arn}}
