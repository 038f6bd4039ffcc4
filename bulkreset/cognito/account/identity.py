"""Whose credentials are used, and whether two callers are the same."""

from __future__ import annotations

from bulkreset.account import Caller
from bulkreset.clock import Clock
from bulkreset.cognito.account.asking import Unreadable, ask
from bulkreset.cognito.session import Aws
from bulkreset.settings.environment import Environment

ASSUMED_ROLE = ":assumed-role/"


def caller_of(aws: Aws) -> Caller | None:
    """Whom AWS takes us for; None where that cannot be asked, as from an emulator."""
    try:
        answer = ask(aws.client("sts").get_caller_identity, expecting="Account")
    except Unreadable:
        return None
    return Caller(str(answer["Account"]), str(answer.get("Arn", "")))


def same_caller(a: str, b: str) -> bool:
    """Whether two ARNs are of one caller. The name of a session of a role does not count."""
    return _without_session(a) == _without_session(b)


def _without_session(arn: str) -> str:
    return arn.rpartition("/")[0] if ASSUMED_ROLE in arn else arn


def own_services(environment: Environment, clock: Clock) -> Aws:
    """The services as whoever takes the environment's role, or as whoever calls where it has none.

    The role is one for all who take it, so it cannot tell who plans and who approves.
    """
    own = environment.credentials.model_copy(update={"role_arn": None, "external_id": None})
    return Aws(environment.model_copy(update={"credentials": own}), clock)
