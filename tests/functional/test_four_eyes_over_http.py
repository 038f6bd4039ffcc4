"""Approvals between plan and apply: who may give them, what ends them, and what they are signed with."""

from __future__ import annotations

import functools
import json

import pytest
from botocore.loaders import JSONFileLoader, Loader
from command import verified_users
from edits import edited
from team import ADA, BOB, EVE, Forger, arn_of, changes, keys_of, signing_key

from bulkreset.clock import SystemClock
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.approve import approve_run
from bulkreset.flow.carry_out import Watch, apply_run, resume_run
from bulkreset.flow.latest import Apply, Begin, TakeUp, latest_run
from bulkreset.flow.terms import Terms
from bulkreset.flow.users import Wanted, users_of_pool
from bulkreset.ledger.check import check_run

HOUR = 3600.0
DAY = 24 * HOUR
USERS = [user.username for user in verified_users(3)]


class Later(SystemClock):
    """A clock that can be set forward."""

    ahead = 0.0

    def now(self):
        return super().now() + self.ahead


class Team:
    """Persons who share a pool of three users. Each call is made `by` one of them."""

    def __init__(self, rehearsal, monkeypatch):
        self.rehearsal, self.simulator = rehearsal, rehearsal.simulator
        self.folder = rehearsal.desk.folder
        self.clock = Later()
        self._monkeypatch = monkeypatch

    def asks(self, plan_max_age="7d", **approval):
        self.rehearsal.environment(approval={"required": 1} | approval, plan_max_age=plan_max_age)
        return self

    def be(self, person, account="123456789012"):
        for name, value in keys_of(self.simulator, person, account).items():
            self._monkeypatch.setenv(name, value)

    def plan(self, by=ADA, **job):
        self.be(by)
        return self.rehearsal.plan(USERS, **job)

    def approve(self, run, by=BOB, account="123456789012", comment="", agrees=True):
        self.be(by, account)
        return approve_run(run, lambda _reader, _approval: agrees, comment, self.clock)

    def apply(self, run, by=ADA, **terms):
        self.be(by)
        return apply_run(run, lambda _digest: True, self._watch(), self.clock, Terms(**terms))

    def resume(self, run):
        return resume_run(run, self._watch(), self.clock)

    def begin(self, run):
        """Apply, and stop after the first call."""
        self.be(ADA)
        watch = self._watch(lambda: bool(changes(self.simulator)))
        with pytest.raises(Stopped):
            apply_run(run, lambda _digest: True, watch, self.clock)

    def _watch(self, stop_requested=lambda: False):
        return Watch(lambda _status: None, lambda _notebook: None, stop_requested)

    def refuses(self, action, *words):
        """The action is refused with these words, and no user was changed."""
        before = changes(self.simulator)
        with pytest.raises(Refused) as refusal:
            action()
        assert [word for word in words if word not in str(refusal.value)] == [], str(refusal.value)
        assert changes(self.simulator) == before


@functools.cache
def file_of_botocore(path):
    return JSONFileLoader().load_file(path)


@pytest.fixture
def team(rehearse, monkeypatch):
    # Every person has a session of its own, and reading what botocore knows of AWS is most of its time.
    loader = type("Once", (JSONFileLoader,), {"load_file": lambda _self, path: file_of_botocore(path)})
    monkeypatch.setattr(Loader, "FILE_LOADER_CLASS", loader)
    return Team(rehearse(verified_users(3)), monkeypatch)


def test_a_plan_runs_once_somebody_else_has_approved_it(team):
    run = team.asks().plan()
    team.refuses(lambda: team.apply(run), "0 of 1 approvals", f"anybody but {arn_of(ADA)}")
    approval, counted = team.approve(run, comment="INC-4711")
    assert (approval.caller, counted.is_enough) == (arn_of(BOB), True)
    assert team.apply(run)["outcomes"]["done"] == 3
    approved = [event.detail for event in team.rehearsal.events(run) if event.kind == "approved"]
    (digest,) = {event.detail["digest"] for event in team.rehearsal.events(run) if "digest" in event.detail}
    assert [(one["digest"], one["comment"], bool(one["user"])) for one in approved] == [
        (digest, "INC-4711", True)
    ]
    assert check_run(run) == ()


def test_no_call_at_all_is_made_for_a_plan_that_lacks_approvals(team):
    run = team.asks().plan()
    team.be(ADA)
    team.simulator.counters.clear()
    team.simulator.account.calls.clear()
    with pytest.raises(Refused, match="0 of 1"):
        apply_run(run, lambda _digest: True, team._watch(), team.clock)
    assert team.simulator.counters.all_calls() == {}
    assert dict(team.simulator.account.calls) == {}


@pytest.mark.parametrize(
    ("by", "account", "words"),
    [
        (ADA, "123456789012", f"{arn_of(ADA)} planned"),
        ("operators/botocore-session-1700000000", "123456789012", "does not say who"),
        (BOB, "999999999999", "these credentials are of account 999999999999"),
    ],
)
def test_the_planner_a_nameless_session_and_strangers_cannot_approve(team, by, account, words):
    run = team.asks().plan()
    team.refuses(lambda: team.approve(run, by, account), words)
    assert [event.kind for event in team.rehearsal.events(run)] == ["planned"]


def test_persons_are_told_apart_where_all_of_them_take_one_role(team):
    role = {"role_arn": "arn:aws:iam::123456789012:role/bulkreset"}
    team.rehearsal.environment(approval={"required": 1}, credentials=role)
    run = team.plan()
    team.refuses(lambda: team.approve(run, ADA), f"{arn_of(ADA)} planned")
    team.approve(run, BOB)
    assert team.apply(run)["outcomes"]["done"] == 3


def test_two_approvals_of_one_person_count_once(team):
    run = team.asks(required=2).plan()
    team.approve(run, BOB)
    team.approve(run, BOB)
    team.refuses(
        lambda: team.apply(run), "1 of 2 approvals", f"by {arn_of(BOB)} until", "counted once", "1 more"
    )
    assert team.approve(run, EVE)[1].is_enough
    assert team.apply(run)["outcomes"]["done"] == 3


def test_an_approval_ends_and_can_be_renewed(team):
    run = team.asks(expires_after="2h").plan()
    team.approve(run)
    team.clock.ahead = 2 * HOUR + 1
    team.refuses(lambda: team.apply(run), "0 of 1 approvals", f"not that of {arn_of(BOB)}: expired at ")
    team.approve(run)
    assert team.apply(run)["outcomes"]["done"] == 3


def test_a_clock_that_was_set_back_revives_no_approval(team):
    run = team.asks(required=2, expires_after="2h").plan()
    team.approve(run, BOB)
    team.clock.ahead = 3 * HOUR
    team.approve(run, EVE)
    team.clock.ahead = 0.0
    team.refuses(lambda: team.apply(run), "1 of 2 approvals", f"not that of {arn_of(BOB)}: expired at ")


def test_a_plan_past_its_age_is_neither_approved_nor_applied(team):
    run = team.asks(plan_max_age="12h").plan()
    team.clock.ahead = 12 * HOUR + 120
    team.refuses(lambda: team.approve(run), "12h2m ago", "`plan_max_age` is 12h", "plan again")
    unapproved = team.asks(required=0, plan_max_age="12h").plan()
    team.refuses(lambda: team.apply(unapproved), "12h2m ago", "`plan_max_age` is 12h", "plan again")
    eternal = team.asks(required=0, plan_max_age="none").plan()
    assert team.apply(eternal)["outcomes"]["done"] == 3


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE plan SET username = 'user-0009' WHERE row = 1",
        "UPDATE plan SET overrides = '{}' WHERE row = 1",
        "UPDATE meta SET value = '\"INC-4712\"' WHERE key = 'reason'",
        "UPDATE meta SET value = replace(value, 'required\": 1', 'required\": 0') WHERE key = 'environment'",
        "UPDATE events SET detail = replace(detail, 'looked', 'booked') WHERE kind = 'approved'",
    ],
)
def test_an_approval_dies_with_one_byte(team, edit):
    run = team.asks().plan()
    team.approve(run, comment="looked at it")
    edited(run, edit)
    team.refuses(lambda: team.apply(run), "plan again")


def test_an_approval_of_another_plan_does_not_count(team):
    team.asks()
    first, second = team.plan(), team.plan(policy={"sign_out": "none"})
    team.approve(first)
    Forger(second).write([*Forger(second).events(), Forger(first).events()[-1]])
    team.refuses(
        lambda: team.apply(second), "0 of 1 approvals", f"not that of {arn_of(BOB)}: of another plan"
    )


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "ECC_NIST_P384", "RSA_2048"])
def test_a_signed_approval_is_verified(team, spec):
    run = team.asks(kms_key=signing_key(team.simulator, spec)).plan()
    team.approve(run, comment="Prüfung – gelesen")
    assert team.apply(run)["outcomes"]["done"] == 3
    calls = team.simulator.account.calls
    assert (calls["Sign"], calls["Verify"]) == (1, 1)


def test_no_signature_fits_an_approval_that_was_edited(team):
    key = signing_key(team.simulator)
    run = team.asks(kms_key=key).plan()
    forger = Forger(run)
    planned = forger.events()
    team.approve(run, comment="all of it")
    genuine = forger.events()
    why = f"not signed with {key}"

    forger.change_approval(comment="most of it")
    assert check_run(run) == (), "nothing but the signature tells"
    team.refuses(lambda: team.apply(run), "0 of 1 approvals", why)
    forger.write(genuine)
    forger.change_approval(caller=arn_of(EVE))
    team.refuses(lambda: team.apply(run), "0 of 1 approvals", why)
    forger.write(genuine)
    forger.change_approval(expires_at=4_000_000_000.5)
    team.refuses(lambda: team.apply(run), "0 of 1 approvals", why)
    forger.write(genuine)
    forger.change_approval(signature="bm90IG9uZQ==")
    team.refuses(lambda: team.apply(run), "0 of 1 approvals", why)
    forger.write(genuine)
    forger.change_approval(signature="", algorithm="", key="")
    team.refuses(lambda: team.apply(run), "0 of 1 approvals", f"{arn_of(BOB)}: not signed")
    forger.write(planned)
    team.refuses(lambda: team.apply(run), "0 of 1 approvals")

    forger.write(genuine)
    forger.change_approval(seal=forger.change_meta("reason", "INC-4712"))
    team.refuses(lambda: team.apply(run), "0 of 1 approvals", why)


def test_another_key_than_the_environment_names_by_now_is_refused(team):
    run = team.asks(kms_key=signing_key(team.simulator)).plan()
    team.approve(run)
    other = signing_key(team.simulator)
    team.asks(kms_key=other)
    team.refuses(lambda: team.apply(run), "are to be signed with", other, "plan again")


def test_a_key_that_cannot_sign_or_is_refused_approves_nothing(team):
    run = team.asks(kms_key="alias/nobodys").plan()
    team.refuses(lambda: team.approve(run), "alias/nobodys", "write the ARN of the key")
    run = team.asks(kms_key=signing_key(team.simulator)).plan()
    team.simulator.account.refused["Sign"] = "AccessDeniedException"
    team.refuses(lambda: team.approve(run), "kms:Sign", "AccessDeniedException", "policy")
    team.simulator.account.refused.clear()
    team.approve(run)
    team.simulator.account.refused["Verify"] = "AccessDeniedException"
    team.refuses(lambda: team.apply(run), "kms:Verify", "AccessDeniedException", "policy")


def test_a_run_file_cannot_be_talked_out_of_what_its_environment_asks_for(team):
    run = team.asks(required=0).plan()
    team.asks(required=1)
    team.refuses(lambda: team.apply(run), "does not say who planned it", "plan again")
    team.asks(required=0)
    pinned = team.folder / "pinned.yaml"
    pinned.write_text(
        (team.folder / "environment.yaml").read_text("utf-8").replace("required: 0", "required: 1")
    )
    team.refuses(lambda: team.apply(run, environment=pinned), "does not say who planned it")
    assert team.apply(run)["outcomes"]["done"] == 3


def test_a_run_that_has_begun_goes_on_under_the_approval_that_it_began_with(team):
    run = team.asks(plan_max_age="2h", expires_after="2h").plan()
    team.approve(run)
    team.begin(run)
    team.clock.ahead = 2 * DAY
    team.asks(required=5)
    team.refuses(lambda: team.approve(run, EVE), "is begun: an approval comes before the first call")
    team.be(ADA)
    assert team.resume(run)["outcomes"]["done"] == 3
    team.refuses(lambda: team.approve(run, EVE), "is finished: an approval comes before the first call")


def test_resume_asks_for_approvals_as_apply_does(team):
    run = team.asks().plan()
    forger = Forger(run)
    digest = json.loads(forger.events()[0][3])["digest"]
    forger.write([*forger.events(), (2, 1_700_000_000.0, "confirmed", json.dumps({"digest": digest}))])
    team.refuses(lambda: team.resume(run), "0 of 1 approvals")


def test_a_plan_without_a_need_of_approval_is_not_approved(team):
    run = team.asks(required=0).plan()
    team.refuses(lambda: team.approve(run), "needs no approval", "next: bulkreset apply")


def test_whoever_does_not_agree_approves_nothing(team):
    run = team.asks().plan()
    team.refuses(lambda: team.approve(run, agrees=False), "is not approved", "--confirm DIGEST")
    team.refuses(lambda: team.apply(run), "0 of 1 approvals")


def test_a_plan_from_a_snapshot_asks_only_who_plans(team):
    team.asks()
    saved = team.folder / "pool.parquet"
    team.be(ADA)
    users_of_pool(team.folder / "environment.yaml", Wanted(snapshot=saved), team.clock)
    team.simulator.counters.clear()
    team.simulator.account.calls.clear()
    run = team.plan(snapshot=saved)
    assert team.simulator.counters.all_calls() == {}
    assert dict(team.simulator.account.calls) == {"AssumeRole": 1, "GetCallerIdentity": 1}, (
        "ada's keys, and who"
    )
    team.refuses(lambda: team.approve(run, ADA), f"{arn_of(ADA)} planned")


def test_where_nobody_tells_who_calls_nothing_is_planned_or_approved(team):
    run = team.asks().plan()
    team.simulator.account.refused["GetCallerIdentity"] = "AccessDenied"
    team.refuses(team.plan, "nobody can tell who plans")
    team.refuses(lambda: team.approve(run), "nobody can tell who approves")


def test_a_cron_line_waits_for_the_approvals_of_its_plan(team):
    job, out = team.folder / "job.yaml", team.folder
    run = team.asks(plan_max_age="2d").plan()
    assert latest_run(job, out, team.clock) == Apply(run), "no second plan while one waits"
    team.rehearsal.desk.manifest(USERS[:2])
    assert isinstance(latest_run(job, out, team.clock), Begin), "it is about other users by now"
    team.approve(run)
    assert latest_run(job, out, team.clock) == Apply(run), "and yet what was approved is carried out"
    team.clock.ahead = 2 * DAY + 1
    assert isinstance(latest_run(job, out, team.clock), Begin), "it is too old"
    team.clock.ahead = 0.0
    team.begin(run)
    team.clock.ahead = 3 * DAY
    assert latest_run(job, out, team.clock) == TakeUp(run)
