"""The dry run tells the truth: what a plan says happens, and what it leaves out would fail or do harm."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import NamedTuple

import pytest
from adversary import RESETS, VERIFICATIONS, Adversary
from command import verified_users
from mixed_pool import INCIDENT, MFA_SHAPES, POOL, QUICK, SHAPES, mixed
from truth import states, untrue

from bulkreset.goals.base import DecisionKind, Goal, Ruling
from bulkreset.goals.registry import goals
from bulkreset.planning.reasons import DUPLICATE_ROW
from bulkreset.simulator import DEMO_POOL_ID
from bulkreset.users import IdentifierKind

USERS, FEW = 2000, 300
SEED = 6
USUAL = "verify-email"
NO_INVITATION = "no-contact-to-invite"
RECIPIENT = "age1s8yptw28swwe9wry7vk876a6pqu563snctyxdw9qgrxpjwvy6gnqm830f2"


class Done(NamedTuple):
    """A plan that was carried out; its rows before and after, and the pool before."""

    simulator: object
    drawn: object
    plan: dict
    report: dict
    before: dict

    @property
    def rows(self):
        """The plan's rows, each with what became of it."""
        became = {row["row"]: row for row in self.report["rows"]}
        assert len(became) == len(self.plan["rows"]) == len(self.drawn.rows)
        return [became[row["row"]] | row for row in self.plan["rows"]]


@pytest.fixture
def carried_out(scene):
    def carried_out(drawn, policy_of_job=None, **job):
        simulator, desk, command = scene(
            drawn.users, pool=POOL, environment={"quotas": {"share": 1.0, **QUICK}}
        )
        drawn.write_manifest(desk.folder / "users.csv")
        policy = {"not_changed_since": INCIDENT, "protected": drawn.protected}
        policy |= {"unverified": USUAL} if policy_of_job is None else policy_of_job
        desk.job(desk.folder / "users.csv", policy=policy, **job)
        before = states(simulator)
        digest = command.plan("a.run")
        assert command("show", "a.run", "--format", "json", "--out", "plan.json").code == 0
        assert states(simulator) == before
        applied = command("apply", "a.run", "--confirm", digest, "--json")
        assert applied.code == 1, applied.err  # some rows are blocked
        plan = json.loads((desk.folder / "plan.json").read_text(encoding="utf-8"))
        return Done(simulator, drawn, plan, command.report("a.run"), before)

    return carried_out


def reasons_of(goal: Goal, *kinds: DecisionKind) -> set[str]:
    """The reasons for which a goal rules so."""
    return {
        ruling.reason or rule.reason
        for rule in goal.rules
        for ruling in ([rule.then] if isinstance(rule.then, Ruling) else rule.then.values())
        if ruling.kind in kinds
    }


def test_every_row_of_a_mixed_pool_comes_out_as_predicted_and_nobody_else_is_touched(carried_out):
    done = carried_out(mixed(USERS, SEED))

    assert untrue(done.rows, done.before, states(done.simulator), done.simulator) == []
    kinds = Counter(row["decision"] for row in done.rows)
    assert min(kinds["do"], kinds["skip"], kinds["block"]) > USERS / 10
    planned = {row["username"] for row in done.rows}
    assert len(done.before.keys() - planned) > USERS / 10


def test_with_second_factors_read_what_is_left_out_would_have_failed_or_done_harm(carried_out):
    done = carried_out(mixed(FEW, SEED, (*SHAPES, *MFA_SHAPES)), read="get")
    assert untrue(done.rows, done.before, states(done.simulator), done.simulator) == []

    adversary = Adversary(done.simulator, USUAL)
    proved: set[tuple[str, str]] = set()
    left_out = [row for row in done.rows if row["decision"] != "do"]
    left_out.sort(key=lambda row: row["reason"] == "duplicate-contact")  # whoever is robbed tells no more
    for row in left_out:
        wish = done.drawn.rows[row["row"] - 1]
        goal = wish.get("goal", "force-reset")
        proof = {"force-reset": RESETS, "verify-contact": VERIFICATIONS}.get(goal, {}).get(row["reason"])
        if proof is None:
            assert goal != "force-reset", row["reason"]
            continue
        attempt = adversary.attempt(row, wish)
        if proof.applies(attempt):
            assert proof.shows(attempt), (row, attempt.code, attempt.messages)
            proved.add((goal, row["reason"]))
    assert {reason for goal, reason in proved if goal == "force-reset"} == RESETS.keys()
    assert {reason for goal, reason in proved if goal == "verify-contact"} == VERIFICATIONS.keys()


PASSWORD_JOBS = {
    "reset, else a temporary password or an invitation": {
        "policy_of_job": {
            "unverified": "temporary-password",
            "no_contact": "temporary-password",
            "must_change": "resend-invitation",
            "disabled": "enable-first",
        },
    },
    "temporary passwords": {"goal": "temporary-password", "policy_of_job": {"disabled": "enable-first"}},
    "permanent passwords": {"goal": "permanent-password", "policy_of_job": {"federated": "sign-out"}},
    "scrambled": {"goal": "scramble", "policy_of_job": {"must_change": "scramble"}},
}


@pytest.mark.parametrize("job", PASSWORD_JOBS.values(), ids=PASSWORD_JOBS.keys())
def test_jobs_that_set_passwords_come_out_as_predicted_too(carried_out, job):
    drawn = mixed(FEW, SEED)
    if "goal" in job:  # what rows ask for is a reset's
        plain = [
            {kind: text for kind, text in row.items() if kind in set(IdentifierKind)} for row in drawn.rows
        ]
        drawn = dataclasses.replace(drawn, rows=plain)
    done = carried_out(drawn, handout={"recipients": [RECIPIENT]}, **job)

    assert untrue(done.rows, done.before, states(done.simulator), done.simulator) == []
    for row in done.rows:
        if row["reason"] == NO_INVITATION:
            sent = len(done.simulator.outbox)
            Adversary(done.simulator, USUAL).invite(row["username"])
            assert len(done.simulator.outbox) == sent, "nobody is told, and the password before is void"


def test_there_is_a_proof_for_every_reason_to_leave_a_row_of_a_reset_out():
    left_out = reasons_of(goals()["force-reset"], DecisionKind.SKIP, DecisionKind.BLOCK)
    left_out -= {NO_INVITATION}  # of users who are invited rather than reset: shown further down

    assert RESETS.keys() == left_out | {DUPLICATE_ROW}


def test_a_pool_that_is_refused_as_a_whole_would_have_refused_every_call(start, desk_at, command_in):
    users = verified_users(3)
    simulator = start(users, {"recovery": ("admin_only",)})
    desk = desk_at(simulator)
    desk.job([user.username for user in users])
    before = states(simulator)

    refused = command_in(desk.folder)("plan", "job.yaml", "--out", "a.run")

    assert refused.code == 3
    assert "by administrators only" in refused.err
    adversary = Adversary(simulator, USUAL)
    attempts = [adversary.attempt({"username": user.username}, {}) for user in users]
    assert {attempt.code for attempt in attempts} == {"InvalidParameterException"}
    assert states(simulator) == before


def test_a_prediction_that_is_wrong_is_noticed(carried_out):
    """The tests above must be able to fail: here somebody changes users behind the plan's back."""
    done = carried_out(mixed(200, SEED))
    pool, rows = done.simulator, done.rows
    after = states(pool)
    assert untrue(rows, done.before, after, pool) == []
    reset = next(
        row for row in rows if row["steps"] == "reset-password sign-out" and row["medium"] == "email"
    )
    reset_user = after[reset["username"]]
    other = next(name for name in after if name not in {row["username"] for row in rows})

    def noticed(about, **given):
        told = untrue(**{"rows": rows, "before": done.before, "after": after, "simulator": pool} | given)
        return any(about in each for each in told)

    pool.set_user(DEMO_POOL_ID, other, attributes={"custom:team": "green"})
    assert noticed(other, after=states(pool))
    assert noticed(reset["identifier"], rows=[row | {"outcome": "failed"} for row in rows])
    assert noticed(
        reset["username"], rows=[row | {"steps": row["steps"].replace("sign-out", "")} for row in rows]
    )
    assert noticed("SMS", rows=[row | {"medium": row["medium"] and "sms"} for row in rows])
    assert noticed("other users", after={name: after[name] for name in after if name != other})
    thief = dataclasses.replace(after[other], email=reset_user.email, email_verified=True)
    robbed = dataclasses.replace(reset_user, email_verified=False)
    assert noticed("was owned by", after=after | {other: thief, robbed.username: robbed})
