"""Which approvals count."""

from __future__ import annotations

import dataclasses
import json

import pytest

from bulkreset.planning.approval import Approval, Plan, approval_from_json, statement, tally
from bulkreset.settings.approval import Approval as Asked

NOW = 1_700_000_000.0
HOUR = 3600.0
ROLE = "arn:aws:sts::123456789012:assumed-role/operators"
PLAN = Plan("d" * 64, "5" * 64, "arn:aws:cognito-idp:us-east-1:123456789012:userpool/x", f"{ROLE}/ada")
SIGNED = {"key": "arn:aws:kms:…", "algorithm": "ECDSA_SHA_256", "signature": "c2lnbmVk"}


def asked(**settings):
    return Asked.model_validate({"required": 1} | settings)


def by(person, **changes):
    values = {
        "digest": PLAN.digest,
        "seal": PLAN.seal,
        "caller": f"{ROLE}/{person}",
        "account_id": "123456789012",
        "approved_at": NOW - HOUR,
        "expires_at": NOW + HOUR,
    }
    return Approval(**values | changes)


def counted(approvals, at=NOW, **settings):
    found = tally(asked(**settings), PLAN, approvals, at)
    assert len(found.counted) + len(found.void) == len(approvals), "each is told of once"
    return [approval.caller.rpartition("/")[2] for approval in found.counted], [why for _, why in found.void]


def test_one_by_another_person_counts():
    assert counted([by("bob")]) == (["bob"], [])


@pytest.mark.parametrize(
    ("approval", "why"),
    [
        (by("ada"), "by the planner"),
        (by("botocore-session-17"), "by the planner"),
        (by("bob", digest="e" * 64), "of another plan"),
        (by("bob", seal="6" * 64), "of another plan"),
        (by("bob", expires_at=NOW), "expired at 2023-11-14T22:13:20.000Z"),
    ],
)
def test_these_do_not_count(approval, why):
    assert counted([approval]) == ([], [why])


def test_an_approval_counts_until_the_moment_of_its_end():
    assert counted([by("bob")], NOW + HOUR - 0.001) == (["bob"], [])
    assert counted([by("bob")], NOW + HOUR)[0] == []


def test_none_lasts_longer_than_is_asked_for_now_whatever_it_says():
    assert counted([by("bob", expires_at=NOW + 99 * HOUR)], expires_after="2h") == (["bob"], [])
    assert counted([by("bob", expires_at=NOW + 99 * HOUR)], expires_after="1h")[0] == []


def test_where_a_key_is_asked_for_an_unsigned_one_does_not_count():
    assert counted([by("bob")], kms_key="alias/a") == ([], ["not signed"])
    assert counted([by("bob", **SIGNED)], kms_key="alias/a") == (["bob"], [])


def test_of_two_by_one_person_the_longer_counts():
    longer = by("bob", expires_at=NOW + 2 * HOUR)
    found = tally(asked(required=2), PLAN, [by("bob"), longer, by("bob")], NOW)
    assert found.counted == (longer,)
    assert [why for _, why in found.void] == ["counted once", "counted once"]
    assert (found.is_enough, found.lacking) == (False, 1)


def test_two_persons_are_two():
    found = tally(asked(required=2), PLAN, [by("bob"), by("eve")], NOW)
    assert (found.is_enough, found.lacking) == (True, 0)


def test_a_statement_says_everything_that_an_approval_rests_on():
    approval = by("bob", comment="gelesen – alles")
    said = statement(PLAN, approval)
    assert json.loads(said) == {
        "statement": "bulkreset approval 1",
        "digest": PLAN.digest,
        "seal": PLAN.seal,
        "pool": PLAN.pool_arn,
        "approver": f"{ROLE}/bob",
        "approved_at": "2023-11-14T21:13:20.000Z",
        "expires_at": "2023-11-14T23:13:20.000Z",
        "comment": "gelesen – alles",
    }
    unsigned = {"account_id", "key", "algorithm", "signature"}
    for field in dataclasses.fields(Approval):
        changed = dataclasses.replace(
            approval,
            **{field.name: NOW + 5 if field.name.endswith("_at") else "other"},
        )
        assert (statement(PLAN, changed) == said) == (field.name in unsigned), field.name
    assert statement(dataclasses.replace(PLAN, pool_arn="other"), approval) != said


def test_an_approval_is_read_as_it_was_kept():
    approval = by("bob", comment="x", **SIGNED)
    kept = json.loads(json.dumps({**dataclasses.asdict(approval), "user": "bob", "pid": 7}))
    assert approval_from_json(kept) == approval
