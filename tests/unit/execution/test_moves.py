"""The table of faults: what follows from each answer, as a value."""

from __future__ import annotations

import random

import pytest
from factories import user

from bulkreset.actions.base import Evidence
from bulkreset.actions.registry import actions
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.errors import Refused
from bulkreset.execution import moves
from bulkreset.execution.moves import Done, Fail, GiveUp, Halt, ReadBack, Repeat, TryAgain
from bulkreset.users import UserStatus

RESET, SIGN_OUT = actions()["reset-password"], actions()["sign-out"]
CALLED_AT = 1_700_000_000.0
GRACE = 10.0
BOTH = pytest.mark.parametrize("action", [RESET, SIGN_OUT], ids=lambda action: action.name)


def after(action, meaning, lost=0, code="Code", message="message"):
    answer = Answer(meaning, code, message, "r-1")
    return moves.after_answer(action, answer, lost, GRACE, random.Random(1))  # noqa: S311 - jitter


@BOTH
def test_done_is_done(action):
    assert after(action, Meaning.DONE) == Done("r-1")


@BOTH
@pytest.mark.parametrize("meaning", [Meaning.THROTTLED, Meaning.NOT_SENT])
@pytest.mark.parametrize("lost", [0, moves.TRIES, 1000])
def test_what_certainly_did_not_happen_is_tried_again_for_ever(action, meaning, lost):
    move = after(action, meaning, lost)

    assert isinstance(move, TryAgain)
    assert 0 < move.after_seconds <= 1
    assert move.code == "Code"


@BOTH
def test_a_users_own_limit_fails_the_user(action):
    assert after(action, Meaning.USER_LIMIT) == Fail("user-limit", "Code: message", "r-1")


@BOTH
def test_a_refusal_for_the_user_fails_the_user_with_cognitos_words(action):
    assert after(action, Meaning.ROW_REFUSED) == Fail("Code", "message", "r-1")


@BOTH
def test_a_refusal_for_every_user_halts_the_run(action):
    move = after(action, Meaning.RUN_REFUSED, code="AccessDeniedException")

    assert isinstance(move, Halt)
    assert isinstance(move.error, Refused)
    assert action.operation in str(move.error)
    assert "AccessDeniedException" in str(move.error)


@BOTH
def test_the_daily_mail_limit_postpones_the_row(action):
    assert after(action, Meaning.MESSAGE_LIMIT) == moves.Postpone("message-limit")


@pytest.mark.parametrize("lost", [0, 1, moves.TRIES, 1000])
def test_a_message_whose_answer_was_lost_is_looked_into_after_the_grace(lost):
    assert after(RESET, Meaning.NO_ANSWER, lost) == ReadBack(GRACE, "Code", "message")


def test_after_an_answer_nothing_is_under_way_and_the_look_comes_sooner():
    move = after(RESET, Meaning.SERVER_ERROR)

    assert isinstance(move, ReadBack)
    assert move.after_seconds < GRACE


@pytest.mark.parametrize("meaning", [Meaning.NO_ANSWER, Meaning.SERVER_ERROR])
def test_what_is_safe_to_repeat_is_repeated_ever_later_and_then_given_up(meaning):
    found = [after(SIGN_OUT, meaning, lost) for lost in range(moves.TRIES)]

    assert all(isinstance(move, Repeat) for move in found[:-1])
    waits = [move.after_seconds for move in found[:-1]]
    assert waits == sorted(waits)
    assert isinstance(found[-1], GiveUp)
    assert f"{moves.TRIES} tries" in found[-1].message


@pytest.mark.parametrize("meaning", Meaning)
def test_a_message_is_never_simply_repeated(meaning):
    assert not isinstance(after(RESET, meaning), Repeat)


@pytest.mark.parametrize("meaning", Meaning)
@BOTH
def test_every_meaning_has_a_move(action, meaning):
    assert isinstance(after(action, meaning), moves.Move)


def read_back(status=UserStatus.CONFIRMED, changed_after=-60.0, lost=1):
    state = user(status=status, modified_at=CALLED_AT + changed_after)
    return moves.after_read_back(RESET, Evidence(UserStatus.CONFIRMED, CALLED_AT, state), lost)


def test_a_user_who_must_reset_now_was_sent_the_message():
    assert read_back(UserStatus.RESET_REQUIRED, 0.1) == Done("")


@pytest.mark.parametrize("lost", range(1, moves.TRIES))
def test_a_user_as_before_is_tried_again_at_once(lost):
    assert read_back(lost=lost) == TryAgain(0.0)


def test_a_user_as_before_time_and_again_is_failed():
    move = read_back(lost=moves.TRIES)

    assert isinstance(move, Fail)
    assert move.code == "no-effect"


@pytest.mark.parametrize("lost", [1, moves.TRIES])
def test_a_user_of_whom_nobody_can_tell_is_given_up_with_the_state(lost):
    move = read_back(changed_after=3600.0, lost=lost)

    assert isinstance(move, GiveUp)
    assert move.code == "cannot-tell"
    assert "CONFIRMED, enabled" in move.message
    assert "@" not in move.message


def test_a_user_who_is_gone_is_failed():
    move = moves.after_read_back(RESET, None, 1)

    assert isinstance(move, Fail)
    assert move.code == "UserNotFoundException"
