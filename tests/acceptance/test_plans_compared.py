"""`--since`: what a plan has become since an earlier one."""

from __future__ import annotations

from command import verified_users

from bulkreset.simulator import DEMO_POOL_ID


def test_a_second_plan_tells_what_changed_since_the_first(scene):
    users = verified_users(6)
    simulator, desk, command = scene(users)
    command.plan("a.run")
    simulator.set_user(DEMO_POOL_ID, "user-0001", enabled=False)
    simulator.set_user(DEMO_POOL_ID, "user-0002", enabled=False)
    desk.job([*(user.username for user in users[1:]), "somebody"], policy={"sign_out": "after-reset"})

    planned = command("plan", "job.yaml", "--out", "b.run", "--since", "a.run")

    assert planned.code == 0, planned.err
    told = planned.out[planned.out.index("since a.run") :].splitlines()
    assert told[0] == "since a.run: 3 rows as before"
    assert told[1:4] == [
        "  2 rows: do (ready: reset-password, sign-out) → skip (disabled)   e.g. user-0001, user-0002",
        "  1 row new: block (not-found)   e.g. somebody",
        "  1 row gone: do (ready: reset-password, sign-out)   e.g. user-0000",
    ]
    assert command("show", "b.run", "--since", "a.run").out.endswith("\n".join(told[:4]) + "\n")
    assert "nothing changed" in command("show", "b.run", "--since", "b.run").out


def test_settings_that_changed_are_named(scene):
    _, desk, command = scene(verified_users(1))
    command.plan("a.run")
    desk.job(["user-0000"], waves=[1, "rest"], policy={"sign_out": "none"})
    command.plan("b.run")
    told = command("show", "b.run", "--since", "a.run").out
    assert "  settings that are other ones now:\n" in told
    assert '    job.policy.sign_out: "after-reset" → "none"\n' in told
    assert "job.waves" in told


def test_what_is_no_earlier_plan_is_told_before_the_pool_is_read(scene):
    simulator, desk, command = scene(verified_users(1))
    wrong = command("plan", "job.yaml", "--out", "a.run", "--since", "users.csv")
    assert wrong.code == 2
    assert "users.csv" in wrong.err
    assert simulator.counters.all_calls() == {}
    assert not (desk.folder / "a.run").exists()
    assert command("show", "users.csv", "--since", "a.run").code == 2
