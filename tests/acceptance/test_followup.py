"""After a run: sixty of a hundred users set a new password through the real API, and the command says so."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from pathlib import Path

import boto3
import pytest
import yaml
from command import FAST, until, verified_users

from bulkreset.flow.report import reading
from bulkreset.simulator import DEMO_POOL_ID

CLIENT = {"ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
USERS = 20
CHANGED = 12


def confirm(simulator, first, end):
    """These users, by their place among all, use the code that was mailed to them."""
    with closing(
        boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=simulator.endpoint_url)
    ) as client:
        (client_id,) = simulator.client_ids(DEMO_POOL_ID)
        codes = {message.username: message.code for message in simulator.outbox.messages}
        for name in sorted(codes)[first:end]:
            client.confirm_forgot_password(
                ClientId=client_id, Username=name, ConfirmationCode=codes[name], Password="New-Passw0rd"
            )


@pytest.fixture
def followed(scene):
    """A finished run of which sixty percent of the users have changed their password."""
    users = verified_users(USERS)
    simulator, desk, command = scene(users, pool={"clients": [CLIENT]})
    manifest = desk.folder / "users.csv"
    lines = [
        f'{user.username},{"red" if number % 2 else "blue"},"a, ""note"""'
        for number, user in enumerate(users)
    ]
    manifest.write_text("\n".join(["username,team,note", *lines]) + "\n", encoding="utf-8")
    desk.job(manifest, reason="INC-4711", waves=[5, "rest"])
    assert command.plan_and_apply("a.run").code == 0
    confirm(simulator, 0, CHANGED)
    return simulator, desk, command, [user.username for user in users]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_sixty_percent_have_changed_it_and_a_reminder_plans_exactly_the_rest(followed):
    simulator, desk, command, users = followed
    told = command("followup", "a.run", "--by", "team", "--out", "left.csv")
    assert told.code == 0, told.err
    assert "60.0 %: 12 of 20 users have changed their password" in told.out
    left = rows_of(desk.folder / "left.csv")
    assert [row["followup_username"] for row in left] == users[CHANGED:]
    assert {row["followup_stage"] for row in left} == {"pending"}
    assert {row["note"] for row in left} == {'a, "note"'}

    wrote = command("followup", "a.run", "--remind", "--out", "again", "--json")
    assert wrote.code == 0, wrote.err
    found = json.loads(wrote.out)
    assert (found["share"], found["left"], found["written"]["rows"]) == (0.6, 8, 8)
    assert [point["left"] for point in found["history"]] == [8, 8]

    planned = command("plan", "again.yaml", "--out", "b.run", "--json")
    assert planned.code == 0, planned.err
    with reading(desk.folder / "b.run") as reader:
        to_do = {row.username for row in reader.planned_rows() if row.decision == "do"}
        assert reader.meta("extra_columns")[-2:] == ["team", "note"]
    assert to_do == set(users[CHANGED:]), "exactly the rest"

    confirm(simulator, CHANGED, CHANGED + 1)
    late = command("apply", "b.run", "--confirm", planned.status["digest"], "--json")
    assert late.status["outcomes"]["done"] == 7
    assert late.status["outcomes"]["drifted"] == 1, "who was quicker than the reminder is left alone"
    assert simulator.user(DEMO_POOL_ID, users[CHANGED]).status == "CONFIRMED"

    checked = command("check", "a.run")
    assert (checked.code, checked.err) == (0, "")
    kinds = [json.loads(line)["event"] for line in command("audit", "a.run", "--json").out.splitlines()]
    assert kinds.count("followed-up") == 2
    assert "user-0" not in "".join(
        line for line in command("audit", "a.run").out.splitlines() if "followed" in line
    )


def test_until_ends_with_one_as_long_as_too_few_have_and_writes_a_job_only_then(followed):
    simulator, desk, command, users = followed
    early = command("followup", "a.run", "--until", "95%", "--escalate", "disable", "--out", "off")
    assert early.code == 1, early.err
    assert "not yet 95%" in early.out
    assert yaml.safe_load((desk.folder / "off.yaml").read_text(encoding="utf-8"))["goal"] == "disable"
    planned = command("plan", "off.yaml", "--out", "off.run", "--json")
    assert planned.status["rows"]["do"] == USERS - CHANGED
    assert command("followup", "a.run", "--until", "60%").code == 0

    for name in users[CHANGED:]:
        simulator.set_user(DEMO_POOL_ID, name, status="CONFIRMED")
    late = command("followup", "a.run", "--until", "95%", "--escalate", "disable", "--out", "later")
    assert late.code == 0, late.err
    assert "95% have changed it" in late.out
    assert not (desk.folder / "later.yaml").exists()

    for name in users:
        simulator.set_user(DEMO_POOL_ID, name, enabled=False)
    nobody = command("followup", "a.run", "--until", "95%")
    assert (nobody.code, "nobody is left to wait for" in nobody.out) == (0, True)


def test_what_cannot_be_meant_is_refused_and_says_what_to_write(followed):
    _, desk, command, _ = followed
    for words, told in {
        ("--until", "lots"): "95%",
        ("--expiring-within", "soon"): "2d",
        ("--by", "username"): "names each user",
        ("--by", "tam"): "team",
        ("--remind", "--escalate", "disable"): "one of them",
        ("--out", "page.pdf"): "--format",
        ("--escalate", "temporary-password"): "--recipient",
    }.items():
        refused = command("followup", "a.run", *words)
        assert refused.code == 2, (words, refused.out)
        assert told in refused.err
    assert "followed-up" not in command("audit", "a.run").out
    assert sorted(path.name for path in desk.folder.iterdir() if path.suffix in {".yaml", ".csv"}) == [
        "environment.yaml",
        "job.yaml",
        "users.csv",
    ]


def test_a_follow_up_while_the_run_goes_on_shows_the_numbers_and_ends_with_five(scene):
    slow = {"quotas": {"share": 1.0, **FAST, "UserAccountRecovery": {"rate_per_second": 4}}}
    simulator, _, command = scene(verified_users(40), environment=slow)
    applying = command.start("apply", "a.run", "--confirm", command.plan("a.run"))
    try:
        until(lambda: len(simulator.outbox.messages) > 4, "some mails")
        told = command("followup", "a.run")
    finally:
        applying.kill()
    assert told.code == 5
    assert "another process is running" in told.err
    assert "The run is running: rows that it has not come to yet are not counted." in told.out
