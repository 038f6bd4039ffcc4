"""Whether two callers of AWS are one person: what "somebody else" means for an approval.

A role is shared, and the name of its session says who uses it. A program that names its session by itself
names nobody: such a session may be anybody who can take the role.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

ASSUMED_ROLE = ":assumed-role/"

NAMES_NOBODY = re.compile(
    r"(botocore-session-|aws-go-sdk-|aws-sdk-|aws-?cli-session|githubactions$|eks-|bulkreset$"
    r"|i-[0-9a-f]+$|[0-9a-f]{32}$|[0-9]+$)",
    re.IGNORECASE,
)
"""Sessions as the AWS tools, instances, containers and pipelines name them."""


def same_person(a: str, b: str) -> bool:
    """Whether two ARNs of GetCallerIdentity are, or may be, one person."""
    role_of_a, session_of_a = _role_and_session(a)
    role_of_b, session_of_b = _role_and_session(b)
    if role_of_a != role_of_b:
        return False
    return session_of_a == session_of_b or not (names_somebody(a) and names_somebody(b))


def names_somebody(arn: str) -> bool:
    """Whether a caller is a person of its own: a user, or a session with a name that was given to it."""
    role, session = _role_and_session(arn)
    return bool(role) and not (session and NAMES_NOBODY.match(session))


def persons(arns: Iterable[str]) -> list[str]:
    """Those of the callers who are certainly different persons; the earlier of two who may be one."""
    found: list[str] = []
    for arn in sorted(arns, key=names_somebody, reverse=True):
        if not any(same_person(arn, other) for other in found):
            found.append(arn)
    return found


def _role_and_session(arn: str) -> tuple[str, str]:
    """Role and session of an assumed role; everybody else is whole as they are."""
    if ASSUMED_ROLE not in arn:
        return arn, ""
    role, _, session = arn.rpartition("/")
    return role, session
