"""A plan that somebody else has to approve, through the real command: every way around it is refused."""

from __future__ import annotations

import shutil
import time

import pytest
from command import verified_users
from edits import edited
from team import ADA, BOB, Forger, arn_of, changes, keys_of, signing_key


@pytest.fixture
def office(start, desk_at, command_in):
    """A pool whose environment asks for a signed approval, and a plan of ada's for three users."""
    users = verified_users(3)
    simulator = start(users)
    desk = desk_at(simulator)
    desk.environment(approval={"required": 1, "kms_key": signing_key(simulator)})
    desk.job([user.username for user in users])
    command = command_in(desk.folder)
    command.environ |= keys_of(simulator, ADA)
    return simulator, desk, command, command.plan("a.run")


def test_nothing_is_called_for_a_plan_that_was_not_approved_as_it_is(office):
    simulator, desk, command, digest = office

    def refused(ended, *words):
        assert ended.code == 3, ended.err
        assert [word for word in words if word not in ended.err] == [], ended.err
        assert changes(simulator) == []

    def copy_of(name):
        return shutil.copy(desk.folder / "a.run", desk.folder / name)

    def apply(run, *more):
        return command("apply", run, "--confirm", digest, *more)

    approve = ("approve", "a.run", "--confirm", digest, "--comment", "INC-4711")
    refused(apply("a.run"), "0 of 1 approvals", f"anybody but {arn_of(ADA)}: `bulkreset approve a.run`")
    refused(command(*approve), f"{arn_of(ADA)} planned a.run and cannot approve it")
    command.environ |= keys_of(simulator, BOB, "999999999999")
    refused(command(*approve), "of account 999999999999", "planned in 123456789012")

    command.environ |= keys_of(simulator, BOB)
    approved = command(*approve)
    assert approved.code == 0, approved.err
    assert f"approved by {arn_of(BOB)} until " in approved.out
    assert f"next: bulkreset apply a.run --confirm {digest}" in approved.out

    edited(copy_of("byte.run"), "UPDATE plan SET line = 9 WHERE row = 1")
    refused(apply("byte.run"), "byte.run is not as it was planned", "plan again")
    Forger(copy_of("forged.run")).change_approval(comment="INC-4712")
    refused(apply("forged.run"), "0 of 1 approvals", "not signed with", "edited by hand")

    terms = (desk.folder / "environment.yaml").read_text("utf-8")
    time.sleep(1)
    (desk.folder / "hasty.yaml").write_text(f"{terms}plan_max_age: 1s\n", "utf-8")
    refused(apply("a.run", "--environment", "hasty.yaml"), " ago, and `plan_max_age` is 1s", "plan again")
    short = terms.replace("approval:\n", "approval:\n  expires_after: 1s\n")
    (desk.folder / "short.yaml").write_text(short, "utf-8")
    refused(
        apply("a.run", "--environment", "short.yaml"), "0 of 1 approvals", f"{arn_of(BOB)}: expired at 20"
    )

    done = apply("a.run", "--json")
    assert done.code == 0, done.err
    assert done.status["outcomes"]["done"] == 3
    assert "INC-4711" in command("show", "a.run").out
