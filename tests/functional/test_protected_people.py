"""Whom nobody may touch: named users and members of groups, by the job and by the environment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from command import FAST, verified_users

from bulkreset.errors import InputError, Refused
from bulkreset.flow.report import reading
from bulkreset.simulator import DEMO_POOL_ID

ANN, BEN, CAM = (user.username for user in verified_users(3))
ADMINS = {"groups": ["admins"]}


@pytest.fixture
def night(rehearse):
    ann, ben, cam = verified_users(3)
    return rehearse([replace(ann, groups=("admins",)), ben, cam])


def blocked(run):
    with reading(run) as reader:
        return {row.username for row in reader.report_rows() if row.reason == "protected"}


def plan(night, protected=None, standing=None, **more):
    if standing is not None:
        night.desk.environment(quotas={"share": 1.0, **FAST}, protected=standing)
    policy = {} if protected is None else {"protected": protected}
    return night.plan([ANN, BEN, CAM], policy=policy, **more)


@pytest.mark.parametrize(
    ("protected", "standing", "whom"),
    [
        ([BEN], None, {BEN}),
        (ADMINS, None, {ANN}),
        ({"users": [BEN], "groups": ["admins"]}, None, {ANN, BEN}),
        (None, ADMINS, {ANN}),
        ([], {"users": [CAM]}, {CAM}),
        ([BEN], {"groups": "admins"}, {ANN, BEN}),
    ],
)
def test_protected_people_are_blocked_whoever_names_them(night, protected, standing, whom):
    run = plan(night, protected, standing)
    assert blocked(run) == whom
    assert (
        night.apply(run)["outcomes"] | {"done": 3 - len(whom), "blocked": len(whom)}
        == night.status(run)["outcomes"]
    )
    assert all(night.simulator.user(DEMO_POOL_ID, name).status == "CONFIRMED" for name in whom)


def test_who_joins_a_protected_group_after_the_plan_is_not_touched(night):
    run = plan(night, ADMINS)
    night.simulator.join_group(DEMO_POOL_ID, BEN, "admins")
    outcomes = night.apply(run)["outcomes"]
    assert (outcomes["done"], outcomes["drifted"], outcomes["blocked"]) == (1, 1, 1)
    with reading(run) as reader:
        (drifted,) = [row for row in reader.report_rows() if row.username == BEN]
    assert drifted.records[-1].error_message == "the user has joined a protected group since the plan"
    assert night.simulator.user(DEMO_POOL_ID, BEN).status == "CONFIRMED"


def test_whom_the_environment_protects_a_job_touches_by_consent_alone_and_says_so(night):
    run = plan(night, [BEN], ADMINS, consent=["privileged-users"])
    assert blocked(run) == {BEN}
    with reading(run) as reader:
        (told,) = reader.meta("hazards")
    assert told.startswith("PRIVILEGED USERS, by consent `privileged-users`: the plan changes 1 users")
    assert night.apply(run)["outcomes"]["done"] == 2


def test_a_group_that_the_pool_does_not_have_protects_nobody_so_the_plan_is_refused(night):
    with pytest.raises(Refused, match=r"the members of admns cannot be read.*write the group"):
        plan(night, {"groups": ["admns"]})
    assert not list(night.desk.folder.glob("*.run"))


def test_a_snapshot_does_not_know_groups_so_the_plan_is_refused(night, tmp_path):
    night.take_snapshot(tmp_path / "pool.parquet")
    with pytest.raises(Refused, match="a snapshot does not know who is in admins"):
        plan(night, ADMINS, snapshot=tmp_path / "pool.parquet")
    assert blocked(plan(night, [CAM], snapshot=tmp_path / "pool.parquet")) == {CAM}


@pytest.mark.parametrize(
    ("protected", "told"),
    [
        ({"group": ["admins"]}, "unknown key `group`"),
        ({"groups": "admins"}, "must be a list of names"),
        ({"users": [7]}, "is not a name"),
        ("admin", "must be a list of names"),
    ],
)
def test_what_names_nobody_is_told_with_its_place(night, protected, told):
    with pytest.raises(InputError, match=told) as wrong:
        plan(night, protected)
    assert "job.yaml:" in str(wrong.value)
