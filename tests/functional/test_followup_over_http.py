"""Follow-ups of real runs against the simulated pool: what its users, its clock and its lists show."""

from __future__ import annotations

import stat
import time

import boto3
import pytest
import yaml
from command import verified_users
from followups import DAY
from webhook import Webhook

from bulkreset.clock import SystemClock, VirtualClock
from bulkreset.errors import InputError, RunBusy, Stopped
from bulkreset.flow.followup.look import follow_up
from bulkreset.flow.followup.next_job import write_next_job
from bulkreset.flow.followup.record import record, with_this
from bulkreset.flow.followup.tell import tell_milestone
from bulkreset.flow.report import reading
from bulkreset.followup.stages import Stage
from bulkreset.ledger.check import check_run
from bulkreset.ledger.connection import lock_run
from bulkreset.secrets.age import new_identity
from bulkreset.settings.moments import moment_text
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind, SeedUser

CLOCK = SystemClock()
SOON = 2 * DAY
CLIENT = {"ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
PASSWORD = "New-Passw0rd-of-mine"


@pytest.fixture
def app(rehearse):
    """A pool with an app client, as users meet it; its clock moves only when told."""

    class App:
        def __init__(self, users, **options):
            self.clock = VirtualClock(time.time())
            self.rehearsal = rehearse(users, pool={"clients": [CLIENT], **options}, clock=self.clock)
            self.simulator = self.rehearsal.simulator
            self.client = boto3.client(
                "cognito-idp", region_name="us-east-1", endpoint_url=self.simulator.endpoint_url
            )
            self.client_id = self.simulator.client_ids(DEMO_POOL_ID)[0]

        def run(self, users, **job):
            run = self.rehearsal.plan(users, **job)
            self.rehearsal.apply(run)
            self.clock.sleep(60)
            return run

        def confirm(self, *usernames):
            """These users use the last code that was sent to them."""
            codes = {message.username: message.code for message in self.simulator.outbox.messages}
            for name in usernames:
                self.client.confirm_forgot_password(
                    ClientId=self.client_id, Username=name, ConfirmationCode=codes[name], Password=PASSWORD
                )

    return App


def stages(run, **options):
    told = follow_up(run, options.get("by", ""), SOON, CLOCK)
    return dict(zip(told.rows["identifier"], told.rows["stage"], strict=True))


def test_a_reset_is_followed_from_the_code_to_the_new_password(app):
    users = [user.username for user in verified_users(5)]
    scene = app(verified_users(5))
    run = scene.run(users)
    assert set(stages(run).values()) == {Stage.PENDING}
    scene.confirm(*users[:2])
    scene.simulator.delete_user(DEMO_POOL_ID, users[2])
    scene.simulator.set_user(DEMO_POOL_ID, users[3], enabled=False)
    assert stages(run) == dict(
        zip(users, [Stage.CHANGED, Stage.CHANGED, Stage.VANISHED, Stage.DISABLED, Stage.PENDING], strict=True)
    )


def test_a_user_made_anew_under_the_same_name_is_not_the_one_who_was_reset(app):
    (user,) = verified_users(1)
    scene = app([user])
    run = scene.run([user.username])
    scene.simulator.delete_user(DEMO_POOL_ID, user.username)
    scene.client.admin_create_user(
        UserPoolId=DEMO_POOL_ID, Username=user.username, MessageAction="SUPPRESS", TemporaryPassword=PASSWORD
    )
    told = follow_up(run, "", SOON, CLOCK)
    assert told.rows[["stage", "reason"]].to_numpy().tolist() == [[Stage.VANISHED, "recreated"]]


def test_temporary_passwords_end_by_the_clock_of_the_pool(app):
    users = [user.username for user in verified_users(2)]
    scene = app(
        verified_users(2), config={"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 5}}}
    )
    _, recipient = new_identity()
    run = scene.run(users, goal="temporary-password", handout={"recipients": [recipient]})
    assert set(stages(run).values()) == {Stage.PENDING}
    scene.clock.sleep(3.5 * DAY)
    assert set(stages(run).values()) == {Stage.EXPIRING}
    scene.simulator.set_user(DEMO_POOL_ID, users[0], status="FORCE_CHANGE_PASSWORD")
    scene.clock.sleep(2 * DAY)
    assert stages(run) == {users[0]: Stage.PENDING, users[1]: Stage.EXPIRED}
    written = write_next_job(follow_up(run, "", SOON, CLOCK), run, "reminder", None, ())
    again = scene.rehearsal.planned(written.job)
    with reading(again) as reader:
        decided = {row.username: (row.decision, row.reason) for row in reader.planned_rows()}
    assert decided == dict.fromkeys(users, ("do", "give-again"))
    scene.rehearsal.apply(again)
    assert set(stages(run).values()) == {Stage.PENDING}, "new passwords were set since"


def test_a_list_that_lags_is_not_taken_for_a_new_password(rehearse):
    user = SeedUser("ada", email="ada@example.com", email_verified=True, modified_at=time.time() - DAY)
    rehearsal = rehearse([user], list_lag_seconds=30.0)
    run = rehearsal.plan([user.username])
    rehearsal.apply(run)
    told = follow_up(run, "", SOON, CLOCK)
    assert told.rows[["stage", "reason"]].to_numpy().tolist() == [[Stage.UNCLEAR, "older-than-the-call"]]


def test_other_goals_have_nothing_to_wait_for(app):
    users = [SeedUser("ada", email="ada@example.com"), SeedUser("ben", email="ben@example.com")]
    scene = app(users)
    names = ["ada", "ben"]
    signed_out = scene.run(names, goal="sign-out")
    before = scene.simulator.counters.as_json()
    told = follow_up(signed_out, "", SOON, CLOCK)
    assert (told.whole.total, told.whole.awaited) == (2, 0)
    assert scene.simulator.counters.as_json() == before, "nothing is asked for what nothing shows"

    verified = scene.run(names, goal="verify-contact")
    scene.simulator.set_user(DEMO_POOL_ID, "ben", email_verified=False)
    assert stages(verified) == {"ada": Stage.IN_FORCE, "ben": Stage.UNDONE}

    disabled = scene.run(names, goal="disable")
    scene.client.admin_enable_user(UserPoolId=DEMO_POOL_ID, Username="ada")
    assert stages(disabled) == {"ada": Stage.UNDONE, "ben": Stage.IN_FORCE}


def test_after_a_scramble_only_who_was_not_touched_is_certain(app):
    users = [user.username for user in verified_users(3)]
    scene = app(verified_users(3))
    run = scene.run(users, goal="scramble")
    scene.client.forgot_password(ClientId=scene.client_id, Username=users[0])
    scene.confirm(users[0])
    attribute = [{"Name": "nickname", "Value": "x"}]
    scene.client.admin_update_user_attributes(
        UserPoolId=DEMO_POOL_ID, Username=users[1], UserAttributes=attribute
    )
    assert stages(run) == dict(zip(users, [Stage.UNCLEAR, Stage.UNCLEAR, Stage.PENDING], strict=True))


def test_following_up_bills_nobody_and_changes_nobody(app):
    users = [user.username for user in verified_users(3)]
    scene = app(verified_users(3))
    run = scene.run(users, read="get")
    before = [scene.simulator.user(DEMO_POOL_ID, name) for name in users]
    scene.simulator.counters.clear()
    told = follow_up(run, "", SOON, CLOCK)
    calls = scene.simulator.counters.as_json()
    assert told.whole.of(Stage.PENDING) == 3
    assert "AdminGetUser" not in str(calls)
    assert [scene.simulator.user(DEMO_POOL_ID, name) for name in users] == before


def test_rows_that_were_not_done_are_shown_as_what_they_are(app):
    scene = app([*verified_users(3), SeedUser("nobody")])
    users = [user.username for user in verified_users(3)]
    scene.simulator.faults.add(
        Fault(FaultKind.REFUSE, operation="AdminResetUserPassword", usernames=frozenset({users[0]}))
    )
    told = follow_up(scene.run([*users, "nobody"]), "", SOON, CLOCK)
    assert sorted(told.rows["identifier"]) == users[1:]
    assert told.others == {"failed": 1, "blocked": 1}


def test_whose_sign_out_failed_has_to_choose_a_password_like_any_other(app):
    scene = app(verified_users(3))
    users = [user.username for user in verified_users(3)]
    scene.simulator.faults.add(
        Fault(FaultKind.REFUSE, operation="AdminUserGlobalSignOut", usernames=frozenset({users[0]}))
    )
    run = scene.run(users)
    told = follow_up(run, "", SOON, CLOCK)
    assert dict(zip(told.rows["identifier"], told.rows["outcome"], strict=True))[users[0]] == "failed"
    assert (told.whole.of(Stage.PENDING), told.others, told.unfinished, told.missed) == (3, {}, 1, 0)
    scene.confirm(*users[1:])
    late = follow_up(run, "", SOON, CLOCK)
    assert not late.has_reached(0.95)
    written = write_next_job(late, run, "reminder", None, ())
    with reading(scene.rehearsal.planned(written.job)) as reader:
        assert [row.username for row in reader.planned_rows() if row.decision == "do"] == users[:1]


def test_enough_have_changed_it_only_where_enough_were_reset(app):
    scene = app(verified_users(4))
    users = [user.username for user in verified_users(4)]
    scene.simulator.faults.add(
        Fault(FaultKind.REFUSE, operation="AdminResetUserPassword", usernames=frozenset(users[:2]))
    )
    run = scene.run(users)
    scene.confirm(*users[2:])
    told = follow_up(run, "", SOON, CLOCK)
    assert (told.whole.share, told.missed) == (1.0, 2)
    assert told.has_reached(0.5)
    assert not told.has_reached(0.95)


def test_follow_ups_are_kept_in_the_run_as_a_burn_down_that_names_nobody(app):
    users = [user.username for user in verified_users(4)]
    scene = app(verified_users(4))
    run = scene.run(users, waves=[1, "rest"])
    for number in range(3):
        record(with_this(follow_up(run, "", SOON, CLOCK)), run, CLOCK)
        scene.confirm(users[number])
    told = with_this(follow_up(run, "", SOON, CLOCK))
    assert [point.tally.left for point in told.burn_down] == [4, 4, 3, 2, 1]
    assert not check_run(run)
    kept = [event for event in scene.rehearsal.events(run) if event.kind == "followed-up"]
    assert len(kept) == 3
    assert kept[-1].detail["by_wave"] == {"1": {"changed": 1}, "2": {"changed": 1, "pending": 2}}
    assert not any(user in str(kept) for user in users)


def test_a_run_that_is_going_on_can_be_followed_but_not_written_to(app):
    users = [user.username for user in verified_users(2)]
    scene = app(verified_users(2))
    run = scene.run(users)
    with lock_run(run):
        told = follow_up(run, "", SOON, CLOCK)
        with pytest.raises(RunBusy):
            record(told, run, CLOCK)
    assert told.whole.of(Stage.PENDING) == 2


def test_groups_are_those_of_a_column_and_not_the_users_themselves(app, tmp_path):
    users = [user.username for user in verified_users(4)]
    scene = app(verified_users(4))
    manifest = tmp_path / "teams.csv"
    lines = [
        f"{name},{team},{name}@example.com"
        for name, team in zip(users, ["red", "blue", "", "red"], strict=True)
    ]
    manifest.write_text("\n".join(["username,team,email", *lines]) + "\n", encoding="utf-8")
    run = scene.run(manifest)
    scene.confirm(users[0])
    told = follow_up(run, "team", SOON, CLOCK)
    assert {name: (part.total, part.left) for name, part in told.groups.items()} == {
        "(nothing)": (1, 1),
        "blue": (1, 1),
        "red": (2, 1),
    }
    with pytest.raises(InputError, match="names each user"):
        follow_up(run, "email", SOON, CLOCK)
    with pytest.raises(InputError, match="team"):
        follow_up(run, "teams", SOON, CLOCK)


def test_the_next_job_carries_what_the_former_said_and_overwrites_nothing(app):
    users = [user.username for user in verified_users(3)]
    scene = app(verified_users(3))
    run = scene.rehearsal.plan(
        users,
        reason="INC-4711, asked by J. Doe",
        waves=[1, "rest"],
        between="confirm",
        client_metadata={"reset_reason": "incident"},
        window={"from": "00:00", "to": "23:59:59", "timezone": "UTC"},
        deadline=moment_text(time.time() + DAY),
        policy={"protected": {"users": ["somebody"]}, "sign_out": "none"},
    )
    with pytest.raises(Stopped, match="wave 1 of 2"):
        scene.rehearsal.apply(run)
    told = follow_up(run, "", SOON, CLOCK)
    assert not told.is_over
    assert not told.has_reached(0.0), "others are still to come"
    out = run.parent / "again"
    written = write_next_job(told, run, "reminder", out, ())
    assert (written.job.name, written.manifest.name) == ("again.yaml", "again.csv")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (written.job, written.manifest)} == {0o600}
    job = yaml.safe_load(written.job.read_text(encoding="utf-8"))
    assert job["reason"] == f"reminder after {told.subject.digest[:16]}: INC-4711, asked by J. Doe"
    assert (job["waves"], job["between"]) == ([1, "rest"], "confirm")
    assert job["client_metadata"] == {"reset_reason": "incident"}
    assert job["policy"]["protected"] == {"users": ["somebody"]}
    assert job["policy"]["sign_out"] == "none"
    assert "deadline" not in job
    kept = written.manifest.read_text(encoding="utf-8")
    with pytest.raises(InputError, match="exists already"):
        write_next_job(told, run, "disable", out, ())
    assert written.manifest.read_text(encoding="utf-8") == kept
    scene.rehearsal.planned(written.job)


def test_a_milestone_is_told_by_the_first_follow_up_that_finds_it_reached(app):
    users = [user.username for user in verified_users(4)]
    scene = app(verified_users(4))
    with Webhook() as webhook:
        scene.rehearsal.environment(
            notify={"targets": [{"url": f"json://{webhook.address}/"}], "events": "follow-up"}
        )
        run = scene.run(users)

        def look():
            told = with_this(follow_up(run, "", SOON, CLOCK))
            record(told, run, CLOCK)
            assert tell_milestone(told, run, CLOCK) == []

        look()
        assert webhook.texts == []
        scene.confirm(*users[:2])
        look()
        look()
        scene.confirm(*users[2:])
        look()
    assert webhook.texts == [
        "0.run: 2 of 4 users (50 %) have a new password, 2 have not.",
        "0.run: 4 of 4 users (100 %) have a new password, 0 have not.",
    ]
