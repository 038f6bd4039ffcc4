"""One user at a time, with real clients over HTTP: the safety of a batch, and no file left behind."""

from __future__ import annotations

import stat
import tempfile

import pytest

from bulkreset.clock import SystemClock
from bulkreset.errors import InputError, Refused
from bulkreset.flow.carry_out import Watch
from bulkreset.flow.user.carry_out import carried_out
from bulkreset.flow.user.plan import planned_for
from bulkreset.flow.user.show import portrait
from bulkreset.flow.user.wish import Wish
from bulkreset.ledger.states import Outcome
from bulkreset.secrets.secret import Secret
from bulkreset.settings.consent import GIVEN
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind, SeedUser
from bulkreset.users import UserStatus

CLOCK = SystemClock()
WATCH = Watch(lambda _status: None, lambda _notebook: None, lambda: False)

RESET = Wish("reset", "force-reset")
SEND_AGAIN = Wish("reset", "force-reset", {"already_required": "send-again"})
RESEND = Wish(
    "resend",
    "temporary-password",
    {"must_change": "resend-invitation"},
    only_for=UserStatus.FORCE_CHANGE_PASSWORD,
)
RESETTING = "AdminResetUserPassword"
BY_SES = {
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
    }
}
ADA = SeedUser("ada.lovelace", email="ada@example.com", email_verified=True)
BOB = SeedUser("bob.the.builder", email="bob@example.com")
EVE = SeedUser(
    "eve", status="RESET_REQUIRED", email="eve@example.com", email_verified=True, modified_at=1_600_000_000.0
)


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The folder in which temporary files are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def one(rehearse):
    """A pool with these users, and what is done for one of them: the plan, and how it ended."""

    class Desk:
        def __init__(self, users, pool, **options):
            self.rehearsal = rehearse(users, pool=pool, **options)
            self.simulator = self.rehearsal.simulator
            self.environment = self.rehearsal.desk.folder / "environment.yaml"

        def planned(self, name, wish, keep=None):
            return planned_for(self.environment, name, wish, keep, CLOCK)

        def plan(self, name, wish, keep=None):
            with self.planned(name, wish, keep) as planned:
                return planned

        def done(self, name, wish, keep=None, password=None):
            with self.planned(name, wish, keep) as planned:
                return carried_out(planned.carried, WATCH, CLOCK, password)

        def user(self, name):
            return self.simulator.user(DEMO_POOL_ID, name)

    return lambda *users, pool=None, **options: Desk(users, pool, **options)


def test_a_user_is_found_by_whatever_name_and_nothing_is_left_behind(one, temporary):
    desk, sign_out = one(ADA, BOB), Wish("sign-out", "sign-out")
    for name in ("ada@example.com", desk.user("ada.lovelace").sub):
        assert desk.plan(name, sign_out).user.username == "ada.lovelace"
    assert desk.done("ada.lovelace", sign_out).outcome is Outcome.DONE
    assert desk.simulator.counters.effects_by_user("AdminUserGlobalSignOut") == {"ada.lovelace": 1}
    assert list(temporary.iterdir()) == []


def test_while_it_lasts_the_files_are_for_their_owner_alone(one, temporary):
    with one(ADA).planned("ada.lovelace", RESET) as planned:
        (folder,) = temporary.iterdir()
        assert planned.carried.files.run.parent == folder
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_reset_whose_code_would_reach_nobody_is_not_made(one, temporary):
    desk = one(BOB)
    planned = desk.plan("bob.the.builder", RESET)
    assert (planned.decision.value, planned.reason, planned.carried) == ("block", "no-verified-contact", None)
    assert "locked out" in planned.means
    assert [f"{way.command} {way.options}" for way in planned.ways] == [
        "reset --verify email",
        "set-password ",
    ]
    assert desk.user("bob.the.builder").status == "CONFIRMED"
    assert len(desk.simulator.outbox) == 0
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("after_effect", [True, False], ids=["after the effect", "before the effect"])
def test_a_lost_answer_is_read_back_and_the_user_gets_exactly_one_mail(one, after_effect):
    desk = one(ADA)
    desk.simulator.faults.add(Fault(FaultKind.DROP, operation=RESETTING, times=1, after_effect=after_effect))
    assert desk.done("ada.lovelace", RESET).outcome is Outcome.DONE
    assert desk.simulator.outbox.counts() == {"ada.lovelace": 1}


def test_what_nobody_can_know_is_told_as_unknown_and_its_run_file_stays(one, temporary):
    desk = one(EVE)
    desk.simulator.faults.add(Fault(FaultKind.DROP, operation=RESETTING, times=1, after_effect=False))
    ended = desk.done("eve", SEND_AGAIN)
    assert (ended.outcome, ended.exit_code) == (Outcome.UNKNOWN, 1)
    assert ended.left.is_relative_to(temporary)
    assert desk.rehearsal.status(ended.left)["outcomes"]["unknown"] == 1


def test_a_run_that_was_stopped_stays_and_is_taken_up(one, temporary):
    desk = one(ADA)
    desk.simulator.faults.add(Fault(FaultKind.EXPIRED_TOKEN, operation="AdminUserGlobalSignOut", times=3))
    with pytest.raises(Refused, match="next: bulkreset resume"):
        desk.done("ada.lovelace", RESET)
    (run,) = temporary.glob("*/user.run")
    desk.simulator.faults.clear()
    assert desk.rehearsal.resume(run)["outcomes"]["done"] == 1
    assert desk.simulator.outbox.counts() == {"ada.lovelace": 1}


def test_several_users_of_one_name_are_masked_and_none_is_touched(one):
    desk = one(ADA, SeedUser("ada.the.second", email="ada@example.com", email_verified=True))
    with pytest.raises(Refused) as refused:
        desk.plan("ada@example.com", RESET)
    assert "ad…ce, ad…nd" in str(refused.value)
    assert "ada@" not in str(refused.value)
    assert "lovelace" not in str(refused.value)


def test_nobody_of_that_name_is_no_error_and_no_plan(one, temporary):
    assert one(ADA).plan("nobody", RESET) is None
    assert list(temporary.iterdir()) == []


def test_whom_the_environment_protects_is_not_touched_also_as_a_member(one):
    desk = one(ADA, SeedUser("root", email="r@example.com", email_verified=True, groups=("admins",)))
    desk.rehearsal.environment(protected={"users": ["ADA@example.com"], "groups": ["admins"]})
    for name in ("ada.lovelace", "root"):
        planned = desk.plan(name, Wish("disable", "disable"))
        assert (planned.decision.value, planned.reason, planned.ways) == ("block", "protected", ())
        assert portrait(desk.environment, name, CLOCK, reads_mfa=False).protected


def test_an_environment_with_approvals_is_not_gone_around(one):
    desk = one(ADA)
    desk.rehearsal.environment(approval={"required": 2})
    before = desk.simulator.counters.all_calls()
    with pytest.raises(Refused, match=r"approved by 2 others.*bulkreset approve RUN"):
        desk.plan("ada.lovelace", RESET)
    assert desk.simulator.counters.all_calls() == before


def test_a_command_for_one_user_is_no_job_and_needs_no_rehearsal(one):
    desk = one(ADA)
    desk.rehearsal.environment(rehearsal={"required": True}, state_dir="state")
    desk.done("ada.lovelace", RESET)
    assert desk.user("ada.lovelace").status == "RESET_REQUIRED"


def test_an_unproved_contact_takes_the_consent_that_the_environment_asks_for(one):
    desk = one(BOB)
    verify_first = {"unverified": "verify-email"}
    assert (
        "nobody has proved"
        in desk.plan("bob.the.builder", Wish("reset", "force-reset", verify_first)).hazards[0]
    )
    desk.rehearsal.environment(require_consent=True)
    with pytest.raises(Refused, match="verify-unverified-contacts"):
        desk.plan("bob.the.builder", Wish("reset", "force-reset", verify_first))
    consented = Wish("reset", "force-reset", verify_first, consent=("verify-unverified-contacts",))
    assert desk.done("bob.the.builder", consented).outcome is Outcome.DONE
    assert desk.user("bob.the.builder").email_verified


def test_a_code_that_would_end_at_ses_is_not_sent(one):
    desk = one(ADA, pool={"recovery": ["verified_email"], "config": BY_SES})
    desk.simulator.account.change({"email": {"suppressed": {"ada@example.com": "BOUNCE"}}})
    planned = desk.plan("ada.lovelace", RESET)
    assert (planned.decision.value, planned.reason) == ("block", "suppressed-address")
    assert "BOUNCE since" in planned.why
    assert [way.command for way in planned.ways] == ["set-password"]


def test_the_second_factor_is_read_on_request_alone(one):
    desk = one(SeedUser("mel", email="mel@example.com", email_verified=True, preferred_mfa="EMAIL_OTP"))
    assert desk.plan("mel", RESET).decision.value == "do"
    assert desk.simulator.counters.calls("AdminGetUser") == 0
    planned = desk.plan("mel", Wish("reset", "force-reset", reads_mfa=True))
    assert (planned.decision.value, planned.reason) == ("block", "mfa-channel")
    seen = portrait(desk.environment, "mel", CLOCK, reads_mfa=True)
    assert {one.goal: one.decision.reason for one in seen.outlooks}["force-reset"] == "mfa-channel"


def test_where_only_administrators_recover_a_password_is_the_advice(one):
    desk = one(ADA, pool={"recovery": ["admin_only"]})
    with pytest.raises(Refused, match="bulkreset user set-password"):
        desk.plan("ada.lovelace", RESET)


def test_an_invitation_is_sent_again_only_where_one_is_open(one):
    new = SeedUser("new", status="FORCE_CHANGE_PASSWORD", email="new@example.com")
    desk = one(ADA, new)
    assert desk.done("new", RESEND).outcome is Outcome.DONE
    assert desk.simulator.outbox.counts() == {"new": 1}
    planned = desk.plan("ada.lovelace", RESEND)
    assert (planned.decision.value, planned.reason, planned.carried) == ("skip", "not-invited", None)
    assert desk.user("ada.lovelace").status == "CONFIRMED"


@pytest.mark.parametrize(
    ("goal", "status"), [("temporary-password", "FORCE_CHANGE_PASSWORD"), ("permanent-password", "CONFIRMED")]
)
def test_a_given_password_is_set_and_kept_nowhere(one, tmp_path, goal, status):
    desk, run = one(BOB), tmp_path / "kept.run"
    wish = Wish("set-password", goal, consent=(GIVEN,))
    ended = desk.done("bob.the.builder", wish, keep=run, password=Secret("Canary-0-Password"))
    assert ended.outcome is Outcome.DONE
    assert desk.user("bob.the.builder").status == status
    assert desk.user("bob.the.builder").password == "Canary-0-Password"
    assert not any(b"Canary-0" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert desk.rehearsal.rows(run)["bob.the.builder"]["outcome"] == "done"


def test_a_run_with_a_given_password_cannot_be_taken_up_without_it(one, temporary):
    desk = one(BOB)
    desk.simulator.faults.add(Fault(FaultKind.EXPIRED_TOKEN, operation="AdminSetUserPassword", times=3))
    wish = Wish("set-password", "permanent-password", consent=(GIVEN,))
    with pytest.raises(Refused, match="the same command with a new password"):
        desk.done("bob.the.builder", wish, password=Secret("Canary-0-Password"))
    (run,) = temporary.glob("*/user.run")
    desk.simulator.faults.clear()
    with pytest.raises(Refused, match="kept nowhere"):
        desk.rehearsal.resume(run)
    assert desk.user("bob.the.builder").password != "Canary-0-Password"


def test_the_run_file_to_keep_must_be_new(one, tmp_path, temporary):
    taken = tmp_path / "taken.run"
    taken.touch()
    with pytest.raises(InputError, match="exists"):
        one(ADA).plan("ada.lovelace", RESET, keep=taken)
    assert list(temporary.iterdir()) == []


def test_showing_a_user_bills_nobody_and_lists_users_alone(one):
    desk = one(ADA, pool={"alias_attributes": ["email"]})
    seen = portrait(desk.environment, "ada@example.com", CLOCK, reads_mfa=False)
    assert seen.calls.keys() == {"DescribeUserPool", "ListUsers"}
    assert desk.simulator.counters.all_calls() == seen.calls
    assert portrait(desk.environment, "nobody", CLOCK, reads_mfa=False) is None
