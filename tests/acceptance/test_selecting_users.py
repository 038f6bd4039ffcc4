"""A job that selects its users from the pool, through the real command."""

from __future__ import annotations

import pytest
from command import verified_users

from bulkreset.simulator import DEMO_POOL_ID, SeedUser


@pytest.fixture
def people():
    partners = [
        SeedUser(
            f"partner-{number}",
            email=f"partner-{number}@example.org",
            email_verified=number != 0,
            attributes={"custom:kind": "partner"},
        )
        for number in range(4)
    ]
    return [*verified_users(20), *partners]


def states(simulator):
    """Every user, attribute by attribute."""
    return {name: simulator.user(DEMO_POOL_ID, name) for name in simulator.usernames(DEMO_POOL_ID)}


def test_who_is_selected_is_reset_and_all_others_stay_as_they_are(scene, people):
    simulator, desk, command = scene(people)
    desk.manifest(["partner-3"], name="done.csv")
    desk.selecting_job(
        {"attributes": {"custom:kind": "partner"}, "email_verified": True, "not_in": "done.csv"}
    )
    before = states(simulator)

    shown = command("plan", "job.yaml", "--out", "first.run")
    applied = command.plan_and_apply("night.run")

    assert "2 of 24 users looked at (the whole pool)" in shown.out
    assert applied.code == 0, applied.err
    report = command.report("night.run")
    assert [(row["row"], row["identifier"], row["outcome"]) for row in report["rows"]] == [
        (1, "partner-1", "done"),
        (2, "partner-2", "done"),
    ]
    after = states(simulator)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"partner-1", "partner-2"}
    assert {after[name].status for name in changed} == {"RESET_REQUIRED"}


def test_the_same_pool_gives_the_same_digest_by_selection_and_by_manifest(scene, people):
    _, desk, command = scene(people)
    asked = ("--attribute", "custom:kind=partner", "--email-verified")

    written = command("users", "--environment", "environment.yaml", "--out", "partners.csv", *asked)
    saved = command("users", "--environment", "environment.yaml", "--snapshot", "pool.parquet")
    desk.job(desk.folder / "partners.csv")
    by_manifest = command.plan("a.run")
    desk.selecting_job({"attributes": {"custom:kind": "partner"}, "email_verified": True})

    assert "3 of 24 users match (the whole pool): partners.csv" in written.out
    assert "24 users saved in pool.parquet" in saved.out
    assert command.plan("b.run") == by_manifest == command.plan("c.run", "--snapshot", "pool.parquet")
