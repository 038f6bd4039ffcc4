"""docs/four-eyes.md, command by command: a plan that others have to approve, and every way around it."""

from __future__ import annotations

import re
import shlex
import shutil
import time
from pathlib import Path

import pytest
from command import verified_users
from edits import edited
from team import ADA, BOB, Forger, arn_of, changes, keys_of, signing_key

from bulkreset.flow.report import status_of

PAGE = Path(__file__).parents[2] / "docs" / "four-eyes.md"
PLAN, SHOW, APPROVE, APPLY, APPLY_PINNED, CRON = re.findall(
    r"^bulkreset (.*)$", PAGE.read_text("utf-8"), re.MULTILINE
)


@pytest.fixture
def office(start, desk_at, command_in):
    """A pool whose environment asks for a signed approval, a job for three users, and ada's credentials."""
    users = verified_users(3)
    simulator = start(users)
    desk = desk_at(simulator)
    desk.environment(approval={"required": 1, "kms_key": signing_key(simulator)})
    desk.job([user.username for user in users])
    command = command_in(desk.folder)
    command.environ |= keys_of(simulator, ADA)
    return simulator, desk.folder, command


def test_nothing_is_called_for_a_plan_that_was_not_approved_as_it_is(office):
    simulator, folder, command = office

    def refused(ended, *words):
        assert ended.code == 3, ended.err
        assert [word for word in words if word not in ended.err] == [], ended.err
        assert changes(simulator) == []

    def does(line, *more, run="incident.run"):
        said = line.replace("incident.run", run).replace("DIGEST", digest)
        return command(*shlex.split(said), *more)

    def copy_of(name):
        return shutil.copy(folder / "incident.run", folder / name)

    planned = command(*shlex.split(PLAN))
    assert "next: bulkreset approve incident.run, by somebody else" in planned.out
    (digest,) = re.findall(r"^digest (\w+)$", planned.out, re.MULTILINE)
    refused(does(APPLY), "0 of 1 approvals", f"anybody but {arn_of(ADA)}: `bulkreset approve incident.run`")
    refused(does(APPROVE), f"{arn_of(ADA)} planned incident.run and cannot approve it")
    command.environ |= keys_of(simulator, BOB, "999999999999")
    refused(does(APPROVE), "of account 999999999999", "planned in 123456789012")

    command.environ |= keys_of(simulator, BOB)
    approved = does(APPROVE)
    assert approved.code == 0, approved.err
    assert f"approved by {arn_of(BOB)} until " in approved.out
    assert f"next: bulkreset apply incident.run --confirm {digest}" in approved.out

    command.environ |= keys_of(simulator, ADA)
    edited(copy_of("byte.run"), "UPDATE plan SET line = 9 WHERE row = 1")
    refused(does(APPLY, run="byte.run"), "byte.run is not as it was planned", "plan again")
    Forger(copy_of("forged.run")).change_approval(comment="INC-4712")
    refused(does(APPLY, run="forged.run"), "0 of 1 approvals", "not signed with", "edited by hand")
    terms = (folder / "environment.yaml").read_text("utf-8")
    time.sleep(1)
    (folder / "production.yaml").write_text(f"{terms}plan_max_age: 1s\n", "utf-8")
    refused(does(APPLY_PINNED), " ago, and `plan_max_age` is 1s", "plan again")
    short = terms.replace("approval:\n", "approval:\n  expires_after: 1s\n")
    (folder / "production.yaml").write_text(short, "utf-8")
    refused(does(APPLY_PINNED), "0 of 1 approvals", f"{arn_of(BOB)}: expired at 20")

    nightly = (folder / "job.yaml").read_text("utf-8").replace("force-reset", "sign-out")
    (folder / "nightly.yaml").write_text(nightly, "utf-8")
    refused(command(*shlex.split(CRON)), "0 of 1 approvals", "`bulkreset approve runs/nightly-")
    (waiting,) = (folder / "runs").glob("*.run")
    command.environ |= keys_of(simulator, BOB)
    assert command("approve", waiting, "--confirm", status_of(waiting)["digest"]).code == 0
    command.environ |= keys_of(simulator, ADA)
    by_cron = command(*shlex.split(CRON))
    assert by_cron.code == 0, by_cron.err
    assert status_of(waiting)["outcomes"]["done"] == 3

    shutil.copy(folder / "environment.yaml", folder / "production.yaml")
    done = does(APPLY_PINNED, "--json")
    assert done.code == 0, done.err
    assert done.status["outcomes"]["done"] == 3
    told = does(SHOW).out
    assert "1 of 1 approvals" in told
    assert "counts agreed with support" in told
