"""Users who are not as planned any more: named, untouched, and nobody else's problem."""

from __future__ import annotations

import pytest
from factories import user
from fakes import Rehearsal

from bulkreset.execution.drift import drift
from bulkreset.users import UserStatus

NAMES = [f"user-{number}" for number in range(1, 21)]
ODD = "user-7"

CHANGES = {
    "reset by somebody else": {"status": UserStatus.RESET_REQUIRED},
    "disabled": {"enabled": False},
    "e-mail no longer verified": {"email_verified": False},
    "e-mail removed": {"email": "", "email_verified": False},
    "another e-mail": {"email": "attacker@example.com"},
    "a phone number added": {"phone_number": "+15550199"},
    "a verified phone number added": {"phone_number": "+15550199", "phone_number_verified": True},
}


@pytest.fixture(params=[60, 1_000_000], ids=["small pool", "large pool"])
def run(request, tmp_path) -> Rehearsal:
    return Rehearsal(tmp_path / "run.db", [user(name) for name in NAMES], pool_users=request.param)


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES.keys())
def test_a_user_who_changed_since_the_plan_is_left_alone(run, changes):
    run.pool.change(ODD, **changes)

    assert run.run() is True

    assert run.outcomes == dict.fromkeys(NAMES, "done") | {ODD: "drifted"}
    assert ODD not in {call.username for call in run.pool.log}
    (record,) = run.row(ODD).records
    assert record.error_code == "drifted"
    assert record.attempts == 0
    assert "@" not in record.error_message


def test_a_user_who_vanished_is_named(run):
    del run.pool.users[ODD]

    assert run.run() is True

    assert run.outcomes[ODD] == "drifted"
    assert run.row(ODD).records[0].error_message == "the user is no longer in the pool"
    assert ODD not in {call.username for call in run.pool.log}


def test_a_user_who_only_signed_in_meanwhile_has_not_drifted(run):
    run.pool.change(ODD)

    run.run()

    assert run.outcomes[ODD] == "done"


def test_everybody_is_looked_at_once_shortly_before_the_first_call(run):
    run.run()

    assert sorted(run.pool.looks) == sorted(NAMES)


def test_a_change_during_the_run_is_seen(tmp_path):
    """Looks do not run far ahead of calls: who changes while others are done is not called on."""
    names = [f"user-{number}" for number in range(1, 1001)]
    run = Rehearsal(tmp_path / "run.db", [user(name) for name in names], pool_users=1_000_000)

    def attack() -> bool:
        if len(run.pool.outbox) >= 300 and run.pool.users["user-900"].email == "user-900@example.com":
            run.pool.change("user-900", email="attacker@example.com")
        return False

    assert run.run(stop=attack) is True
    assert run.outcomes["user-900"] == "drifted"


def test_a_drifted_row_stays_drifted_for_later_runners(run):
    run.pool.change(ODD, enabled=False)
    run.run()
    run.pool.change(ODD, enabled=True)

    assert run.run() is True
    assert run.outcomes[ODD] == "drifted"


def test_the_difference_is_told_without_personal_data():
    planned = user(email="ada@example.com")

    told = drift(planned.summary, planned.contact_fingerprint, user(email="eve@example.com"))
    assert told == "the e-mail address or phone number is another one than when planned"

    told = drift(planned.summary, planned.contact_fingerprint, user(enabled=False))
    assert told == (
        "planned: CONFIRMED, enabled, email verified, phone none; "
        "found: CONFIRMED, disabled, email verified, phone none"
    )


def test_no_difference_is_told_of_a_user_as_planned():
    assert drift(user().summary, user().contact_fingerprint, user(modified_at=9e9)) == ""
