"""Whether two callers are the same."""

from __future__ import annotations

import pytest

from bulkreset.cognito.account.identity import same_caller

ROLE = "arn:aws:sts::123456789012:assumed-role/operators"
USER = "arn:aws:iam::123456789012:user/ada"


@pytest.mark.parametrize(
    ("a", "b"),
    [(f"{ROLE}/ada", f"{ROLE}/ada"), (f"{ROLE}/ada", f"{ROLE}/botocore-session-17"), (USER, USER)],
)
def test_sessions_of_a_role_are_one_caller(a, b):
    assert same_caller(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (f"{ROLE}/ada", "arn:aws:sts::123456789012:assumed-role/others/ada"),
        (f"{ROLE}/ada", "arn:aws:sts::210987654321:assumed-role/operators/ada"),
        (USER, "arn:aws:iam::123456789012:user/bob"),
        ("arn:aws:iam::123456789012:user/team/ada", "arn:aws:iam::123456789012:user/team/bob"),
        (f"{ROLE}/ada", USER),
    ],
)
def test_roles_users_and_accounts_tell_callers_apart(a, b):
    assert not same_caller(a, b)
