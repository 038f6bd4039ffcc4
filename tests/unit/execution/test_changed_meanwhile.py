"""A user who changes while a row waits: nothing is sent on the strength of what was seen before."""

from __future__ import annotations

import pytest
from factories import user
from fakes import LOST_BEFORE, MAIL_LIMIT, NOT_SENT, THROTTLED, Rehearsal

from bulkreset.errors import Stopped


@pytest.mark.parametrize("refusal", [THROTTLED, NOT_SENT])
def test_a_verification_that_was_lost_and_then_refused_stays_unknown_on_another_address(tmp_path, refusal):
    ada = user("ada", email_verified=False)
    run = Rehearsal(tmp_path / "run.db", [ada], "verify-email reset-password", pool_users=1_000_000)
    run.pool.will("verify-email", "ada", LOST_BEFORE, refusal)
    look, looks = run.pool.look, []

    def changed_at_the_third_look(username):
        looks.append(username)
        if len(looks) == 3:
            run.pool.change("ada", email="attacker@example.com")
        return look(username)

    run.pool.look = changed_at_the_third_look

    assert run.run() is True
    assert len(looks) >= 3
    assert run.outcomes["ada"] == "unknown"
    assert not run.pool.users["ada"].email_verified
    assert run.pool.outbox == []


def test_a_row_that_waited_for_the_mail_budget_is_not_reset_on_another_address(tmp_path):
    run = Rehearsal(tmp_path / "run.db", [user("ada")])
    run.pool.will("reset-password", "ada", MAIL_LIMIT)
    with pytest.raises(Stopped):
        run.run()
    run.pool.change("ada", email="attacker@example.com")

    run.run()

    assert run.pool.outbox == []
    assert run.outcomes["ada"] == "drifted"
