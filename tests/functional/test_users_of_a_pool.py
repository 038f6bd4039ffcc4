"""`users` over HTTP: manifests and snapshots of a pool, and plans against a snapshot."""

from __future__ import annotations

import io
from dataclasses import replace

import pyrage
import pytest

from bulkreset.cli.plan_text import plan_text
from bulkreset.clock import SystemClock, VirtualClock
from bulkreset.errors import InputError, Refused
from bulkreset.flow.plan import plan_job
from bulkreset.flow.report import estimate_of, reading
from bulkreset.flow.telling import told_plan
from bulkreset.flow.users import Wanted, users_of_pool, users_of_snapshot
from bulkreset.planning.snapshot import load_snapshot
from bulkreset.reporting.plan.registry import plan_writers
from bulkreset.settings.select import selection_of
from bulkreset.simulator import Fault, FaultKind, SeedUser

USERS = [
    SeedUser("ada", email="ada@example.com", email_verified=True, groups=("staff",)),
    SeedUser("bob", email="bob@example.com", groups=("staff",)),
    SeedUser("chi", email="chi@example.com", email_verified=True, attributes={"custom:dept": "sales"}),
]
HOUR = 3600.0


@pytest.fixture
def night(rehearse):
    return rehearse(USERS)


@pytest.fixture
def folder(night):
    return night.desk.folder


def found_in_pool(night, **wanted):
    asked = selection_of(wanted.pop("asked")) if "asked" in wanted else None
    return users_of_pool(night.desk.folder / "environment.yaml", Wanted(asked, **wanted), SystemClock())


def plan_text_of(run):
    with reading(run) as reader:
        return "\n".join(plan_text(reader, estimate_of(reader)))


def test_a_manifest_from_the_pool_is_one_that_a_job_takes(night, folder):
    found = found_in_pool(night, asked={"group": "staff", "email_verified": True}, out=folder / "staff.csv")

    assert (found.matched, found.looked_at, found.read) == (1, 2, "members of staff")
    assert list(night.rows(night.plan(folder / "staff.csv"))) == ["ada"]


def test_a_manifest_and_a_snapshot_are_made_of_one_reading(night, folder):
    found = found_in_pool(
        night,
        asked={"group": "staff", "enabled": True},
        out=folder / "staff.yaml",
        snapshot=folder / "pool.parquet",
    )

    assert (found.matched, found.looked_at) == (2, 3)
    assert night.simulator.counters.calls("ListUsers") == 1
    assert sorted(load_snapshot(folder / "pool.parquet").users["username"]) == ["ada", "bob", "chi"]


def test_a_selection_from_a_snapshot_makes_no_call_and_finds_the_same(night, folder):
    night.take_snapshot(folder / "pool.parquet")
    calls = night.simulator.counters.all_calls()
    asked = {"attributes": {"custom:dept": {"prefix": "sal"}}, "created_after": "2020-01-01T00:00:00Z"}

    wanted = Wanted(selection_of(asked), folder / "sales.csv")
    found = users_of_snapshot(folder / "pool.parquet", None, None, wanted, SystemClock())

    assert (found.matched, found.looked_at) == (1, 3)
    assert night.simulator.counters.all_calls() == calls
    live, saved = night.select(asked), night.select(asked, snapshot=folder / "pool.parquet")
    assert list(night.rows(live)) == list(night.rows(saved)) == ["chi"]
    assert night.status(live)["digest"] == night.status(saved)["digest"]


def test_a_sealed_snapshot_is_planned_against_with_its_key(night, folder):
    key = pyrage.x25519.Identity.generate()
    (folder / "key.txt").write_text(f"{key}\n", encoding="utf-8")
    night.take_snapshot(folder / "pool.age", recipients=(str(key.to_public()),))
    job = night.desk.selecting_job({"email_verified": False})

    with pytest.raises(InputError, match="this file is encrypted; name the file of your age identity"):
        night.planned(job, folder / "pool.age")
    run = night.planned(job, folder / "pool.age", folder / "key.txt")

    assert list(night.rows(run)) == ["bob"]


def test_a_group_cannot_be_asked_of_a_snapshot(night, folder):
    night.take_snapshot(folder / "pool.parquet")

    with pytest.raises(InputError, match="a snapshot does not tell who is in a group"):
        night.select({"group": "staff"}, snapshot=folder / "pool.parquet")


def test_a_plan_tells_the_age_of_its_snapshot_and_who_was_selected(night, folder):
    night.take_snapshot(folder / "pool.parquet")

    text = plan_text_of(night.select({"email_verified": False}, snapshot=folder / "pool.parquet"))

    assert "  select   e-mail not verified\n           1 of 3 users looked at (a snapshot)\n" in text
    assert f"  snapshot {folder / 'pool.parquet'}, " in text
    assert "manifest" not in text


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_every_form_of_a_plan_says_who_was_selected_and_from_which_snapshot(night, folder, form):
    night.take_snapshot(folder / "pool.parquet")
    run = night.select({"email_verified": False}, snapshot=folder / "pool.parquet")
    told = io.StringIO()

    with reading(run) as reader:
        plan_writers()[form].write(told_plan(reader, run), told)

    assert "e-mail not verified: 1 of 3 users looked at (a snapshot)" in told.getvalue().replace("\\", "")
    assert "pool.parquet" in told.getvalue()


def test_an_old_snapshot_is_refused_with_its_age_and_the_next_command(night, folder):
    path = folder / "pool.parquet"
    night.take_snapshot(path)
    taken_at = load_snapshot(path).taken_at
    job = night.desk.selecting_job({"email_verified": False})

    for setting, hours in (("1d", 25), ("2h", 3)):
        night.environment(**({} if setting == "1d" else {"snapshot_max_age": setting}))
        plan_job(job, folder / f"{setting}.run", path, VirtualClock(start=taken_at + (hours - 2) * HOUR))
        with pytest.raises(Refused) as refusal:
            plan_job(job, folder / "late.run", path, VirtualClock(start=taken_at + hours * HOUR))

        told = str(refusal.value)
        assert f"is {'1d1h' if hours == 25 else '3h'} old" in told
        assert f"`snapshot_max_age` is {setting}" in told
        assert f"bulkreset users --environment {folder / 'environment.yaml'} --snapshot {path}" in told
        assert not (folder / "late.run").exists()


def test_a_snapshot_from_the_future_is_refused(night, folder):
    path = folder / "pool.parquet"
    night.take_snapshot(path)
    earlier = VirtualClock(start=load_snapshot(path).taken_at - HOUR)

    with pytest.raises(Refused, match="still to come by the clock of this machine"):
        plan_job(night.desk.selecting_job({"everyone": True}), folder / "a.run", path, earlier)


def test_a_reading_that_ends_halfway_leaves_no_file(rehearse):
    many = [replace(USERS[0], username=f"user-{number}", email="", groups=()) for number in range(130)]
    night = rehearse(many)
    night.simulator.faults.add(Fault(FaultKind.REFUSE, operation="ListUsers", first=2))

    with pytest.raises(Refused):
        night.take_snapshot(night.desk.folder / "pool.parquet")

    assert not list(night.desk.folder.glob("*pool*"))


def test_what_cannot_be_written_is_told_before_the_pool_is_read(night, folder):
    (folder / "there.csv").write_text("username\n", encoding="utf-8")
    for wanted, told in (
        ({"out": folder / "there.csv"}, "exists already"),
        ({"snapshot": folder / "there.csv"}, "no snapshot of a pool"),
        ({"out": folder / "nowhere" / "users.csv"}, "there is no folder"),
        ({"snapshot": folder / "nowhere" / "pool.parquet"}, "there is no folder"),
        ({"snapshot": folder / "pool.age", "recipients": ("age1no",)}, "not an age public key"),
    ):
        with pytest.raises(InputError, match=told):
            found_in_pool(night, asked={"everyone": True}, **wanted)

    assert night.simulator.counters.all_calls() == {}
