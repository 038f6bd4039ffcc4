"""Plans made against a pool over HTTP: how users are read, named and matched, and what it costs."""

from __future__ import annotations

import pytest
from command import verified_users

from bulkreset.errors import InputError, Refused
from bulkreset.reporting.status import exit_code
from bulkreset.simulator import DEMO_POOL_ID, SeedUser

ADA = SeedUser(
    "ada",
    email="ada@example.com",
    email_verified=True,
    phone_number="+15550000001",
    phone_number_verified=True,
    sub="11111111-2222-4333-8444-555555555555",
)
UNVERIFIED = {"unverified": "verify-email"}


def decisions(night, run):
    return {name: (row["decision"], row["reason"]) for name, row in night.rows(run).items()}


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("scan", {"DescribeUserPool": 1, "ListUsers": 3}),
        ("lookup", {"DescribeUserPool": 1, "ListUsers": 2}),
        ("get", {"DescribeUserPool": 1, "ListUsers": 2, "AdminGetUser": 2}),
        ("auto", {"DescribeUserPool": 1, "ListUsers": 2}),
    ],
)
def test_users_are_read_in_the_way_that_the_job_asks_for(rehearse, read, expected):
    night = rehearse(verified_users(150))
    status = night.status(night.plan(["user-0001", "user-0149"], read=read))
    assert status["rows"]["do"] == 2
    expected = {**expected, "ListUserPoolClients": 1}
    assert night.simulator.counters.all_calls() == expected
    assert status["calls"] == expected


def test_auto_scans_where_that_takes_fewer_calls(rehearse):
    night = rehearse(verified_users(150))
    night.plan([f"user-{number:04d}" for number in range(4)])
    assert night.simulator.counters.calls("ListUsers") == 3


@pytest.mark.parametrize("read", ["scan", "lookup", "get"])
def test_every_way_to_read_gives_the_same_plan(rehearse, read):
    users = [
        ADA,
        SeedUser("unverified", email="u@example.com"),
        SeedUser("nothing"),
        SeedUser("off", enabled=False, email="o@example.com", email_verified=True),
        SeedUser("new", status="UNCONFIRMED", email="n@example.com"),
        SeedUser("Google_1", status="EXTERNAL_PROVIDER"),
    ]
    night = rehearse(users)
    digests = {
        way: night.status(night.plan([*(user.username for user in users), "ghost"], read=way))["digest"]
        for way in ("scan", read)
    }
    assert digests["scan"] == digests[read]


def test_only_get_sees_that_the_one_contact_is_the_mfa_channel(rehearse):
    night = rehearse(
        [SeedUser("sms", phone_number="+15550000009", phone_number_verified=True, preferred_mfa="SMS_MFA")]
    )
    assert decisions(night, night.plan(["sms"], read="get")) == {"sms": ("block", "mfa-channel")}
    run = night.plan(["sms"], read="lookup")
    assert decisions(night, run) == {"sms": ("do", "ready")}
    assert exit_code(night.apply(run)) == 1
    assert night.rows(run)["sms"]["error_code"] == "InvalidParameterException"


@pytest.mark.parametrize("read", ["scan", "lookup"])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("username", "ada"),
        ("sub", ADA.sub),
        ("email", "ada@example.com"),
        ("email", "Ada@Example.com"),
        ("phone_number", "+15550000001"),
    ],
)
def test_a_user_is_found_by_any_identifier_and_called_by_username(rehearse, read, column, value):
    night = rehearse([ADA, *verified_users(3)], pool={"case_sensitive": False})
    manifest = night.desk.manifest([value], column)
    run = night.plan(manifest, read=read)
    status = night.apply(run)
    assert status["outcomes"]["done"] == 1
    row = night.rows(run)[value]
    assert row["username"] == "ada"
    assert night.simulator.outbox.counts() == {"ada": 1}


@pytest.mark.parametrize("read", ["scan", "lookup"])
def test_an_address_that_two_users_have_is_ambiguous_and_neither_is_touched(rehearse, read):
    night = rehearse([ADA, SeedUser("twin", email="ada@example.com", email_verified=True)])
    run = night.plan(night.desk.manifest(["ada@example.com"], "email"), read=read)
    assert decisions(night, run) == {"ada@example.com": ("block", "ambiguous")}
    assert exit_code(night.apply(run)) == 1
    assert len(night.simulator.outbox) == 0


@pytest.mark.parametrize("read", ["scan", "lookup"])
@pytest.mark.parametrize("kind", ["email", "phone_number"])
def test_in_a_pool_of_addresses_as_usernames_people_may_call_them_usernames(rehearse, read, kind):
    night = rehearse([ADA], pool={"username_attributes": [kind]})
    value = getattr(ADA, kind)
    run = night.plan([value], read=read)
    assert night.rows(run)[value]["username"] == ADA.sub
    assert exit_code(night.apply(run)) == 0
    assert night.simulator.outbox.counts() == {ADA.sub: 1}


@pytest.mark.parametrize("read", ["scan", "lookup", "get"])
def test_verifying_an_alias_that_another_user_holds_is_blocked_and_takes_nothing_away(rehearse, read):
    owner = SeedUser("owner", email="shared@example.com", email_verified=True)
    second = SeedUser("second", email="shared@example.com")
    alone = SeedUser("alone", email="alone@example.com")
    night = rehearse([owner, second, alone], pool={"alias_attributes": ["email"]})
    run = night.plan(["second", "alone"], read=read, policy=UNVERIFIED)
    assert decisions(night, run) == {
        "second": ("block", "duplicate-contact"),
        "alone": ("do", "verify-first"),
    }
    night.apply(run)
    assert night.simulator.user(DEMO_POOL_ID, "owner").email_verified
    assert not night.simulator.user(DEMO_POOL_ID, "second").email_verified
    assert night.simulator.outbox.counts() == {"alone": 1}


@pytest.mark.parametrize("read", ["scan", "lookup"])
def test_where_the_address_is_no_alias_sharing_it_takes_nothing_away(rehearse, read):
    owner = SeedUser("owner", email="shared@example.com", email_verified=True)
    second = SeedUser("second", email="shared@example.com")
    night = rehearse([owner, second])
    run = night.plan(["second"], read=read, policy=UNVERIFIED)
    assert exit_code(night.apply(run)) == 0
    assert night.simulator.user(DEMO_POOL_ID, "owner").email_verified


def test_a_plan_against_a_snapshot_makes_no_call_and_is_the_same(rehearse):
    night = rehearse([ADA, *verified_users(70)])
    names = ["ada", "user-0001", "ghost"]
    by_calls = night.status(night.plan(names))["digest"]
    snapshot = night.desk.folder / "pool.parquet"
    assert night.take_snapshot(snapshot) == 71
    night.simulator.counters.clear()
    run = night.plan(names, snapshot=snapshot)
    assert night.simulator.counters.all_calls() == {}
    assert night.status(run)["digest"] == by_calls
    assert night.status(run)["calls"] == {}
    status = night.apply(run)
    assert status["outcomes"]["done"] == 2


def test_a_plan_against_an_old_snapshot_leaves_changed_users_alone(rehearse):
    night = rehearse([ADA, *verified_users(2)])
    snapshot = night.desk.folder / "pool.parquet"
    night.take_snapshot(snapshot)
    night.simulator.set_user(DEMO_POOL_ID, "ada", email="new@example.com")
    run = night.plan(["ada", "user-0001"], snapshot=snapshot)
    status = night.apply(run)
    assert status["outcomes"]["drifted"] == status["outcomes"]["done"] == 1
    assert night.simulator.user(DEMO_POOL_ID, "ada").status == "CONFIRMED"


def test_a_snapshot_of_another_pool_is_refused(rehearse):
    night = rehearse([ADA])
    snapshot = night.desk.folder / "pool.parquet"
    night.take_snapshot(snapshot)
    night.environment(pool_id="us-east-1_Other")
    with pytest.raises(InputError, match="the snapshot is of pool us-east-1_Simulated1"):
        night.plan(["ada"], snapshot=snapshot)


def test_a_pool_of_administrators_recovery_refuses_the_whole_job(rehearse):
    night = rehearse([ADA], pool={"recovery": ["admin_only"]})
    with pytest.raises(Refused, match="admin_only") as refused:
        night.plan(["ada"])
    assert refused.value.exit_code == 3
    assert night.simulator.counters.calls("ListUsers") == 0
    assert not list(night.desk.folder.glob("*.run"))


def test_a_pool_that_is_not_there_is_refused_with_advice(rehearse):
    night = rehearse([ADA])
    night.environment(pool_id="us-east-1_Missing")
    with pytest.raises(Refused, match="check pool_id and region"):
        night.plan(["ada"])


def test_client_metadata_of_the_job_reaches_the_message_trigger(rehearse):
    night = rehearse([ADA])
    metadata = {"reason": "INC-4711", "grüße": "an alle"}
    night.apply(night.plan(["ada"], client_metadata=metadata))
    [message] = night.simulator.outbox.messages
    assert message.client_metadata == metadata
    assert message.kind == "CustomMessage_ForgotPassword"


@pytest.mark.parametrize(
    ("goal", "policy", "user", "steps"),
    [
        (
            "force-reset",
            UNVERIFIED,
            SeedUser("x", email="x@example.com"),
            {"AdminUpdateUserAttributes": 1, "AdminResetUserPassword": 1, "AdminUserGlobalSignOut": 1},
        ),
        (
            "force-reset",
            {"disabled": "enable-first"},
            SeedUser("x", enabled=False, email="x@example.com", email_verified=True),
            {"AdminEnableUser": 1, "AdminResetUserPassword": 1, "AdminUserGlobalSignOut": 1},
        ),
        (
            "verify-contact",
            {"contact": "both"},
            SeedUser("x", email="x@example.com", phone_number="+15550000009"),
            {"AdminUpdateUserAttributes": 2},
        ),
        ("sign-out", {}, SeedUser("x"), {"AdminUserGlobalSignOut": 1}),
        ("disable", {}, SeedUser("x"), {"AdminDisableUser": 1}),
        ("enable", {}, SeedUser("x", enabled=False), {"AdminEnableUser": 1}),
        (
            "force-reset",
            {"federated": "sign-out"},
            SeedUser("x", status="EXTERNAL_PROVIDER"),
            {"AdminUserGlobalSignOut": 1},
        ),
    ],
)
def test_every_goal_does_what_its_plan_says(rehearse, goal, policy, user, steps):
    night = rehearse([user])
    run = night.plan(["x"], goal=goal, policy=policy)
    assert exit_code(night.apply(run)) == 0, night.rows(run)
    assert {name: night.simulator.counters.effects(name, "x") for name in steps} == steps
    sent = "AdminResetUserPassword" in steps
    assert len(night.simulator.outbox) == sent


def test_a_user_that_lists_show_late_is_still_reset_once(rehearse):
    night = rehearse([ADA, *verified_users(5)], list_lag_seconds=5.0)
    run = night.plan(["ada", "user-0001"])
    assert exit_code(night.apply(run)) == 0
    assert exit_code(night.resume(run)) == 0
    assert night.simulator.outbox.counts() == {"ada": 1, "user-0001": 1}
