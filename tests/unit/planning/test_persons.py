"""Who is certainly somebody else."""

from __future__ import annotations

import pytest

from bulkreset.planning.persons import names_somebody, persons, same_person

ROLE = "arn:aws:sts::123456789012:assumed-role/operators"
ADA, BOB = f"{ROLE}/ada@example.com", f"{ROLE}/bob@example.com"
USER = "arn:aws:iam::123456789012:user/ada"
NAMELESS = f"{ROLE}/botocore-session-1700000000"


@pytest.mark.parametrize(
    ("a", "b"),
    [(ADA, ADA), (USER, USER), (ADA, NAMELESS), (NAMELESS, BOB), (NAMELESS, f"{ROLE}/aws-go-sdk-17")],
)
def test_these_are_or_may_be_one_person(a, b):
    assert same_person(a, b)
    assert same_person(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (ADA, BOB),
        (ADA, "arn:aws:sts::123456789012:assumed-role/others/ada@example.com"),
        (ADA, "arn:aws:sts::210987654321:assumed-role/operators/ada@example.com"),
        (USER, "arn:aws:iam::123456789012:user/bob"),
        (USER, "arn:aws:iam::123456789012:user/team/ada"),
        (USER, ADA),
        (NAMELESS, USER),
    ],
)
def test_these_are_different_persons(a, b):
    assert not same_person(a, b)
    assert not same_person(b, a)


@pytest.mark.parametrize(
    "session",
    [
        "AWSCLI-Session",
        "AWS-CLI-session-17",
        "GitHubActions",
        "aws-sdk-java-1700000000",
        "botocore-session-17",
        "bulkreset",
        "eks-cluster-job-0a1b",
        "i-0123456789abcdef0",
        "0123456789abcdef0123456789abcdef",
        "1700000000000",
    ],
)
def test_a_session_that_a_program_named_names_nobody(session):
    assert not names_somebody(f"{ROLE}/{session}")


@pytest.mark.parametrize("arn", [ADA, USER, f"{ROLE}/i-am-ada", f"{ROLE}/bulkreset-ada", f"{ROLE}/eksana"])
def test_a_user_and_a_session_with_a_name_of_its_own_name_somebody(arn):
    assert names_somebody(arn)


def test_no_caller_at_all_is_nobody():
    assert not names_somebody("")


def test_persons_count_once_and_a_nameless_session_counts_only_by_itself():
    assert persons([NAMELESS, ADA, BOB, ADA]) == [ADA, BOB]
    assert persons([NAMELESS, f"{ROLE}/AWSCLI-Session"]) == [NAMELESS]
    assert persons([]) == []
