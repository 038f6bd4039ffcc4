"""What is drawn of a run, as numbers."""

from __future__ import annotations

import re

from bulkreset.ledger.hindsight import StepCount
from bulkreset.ledger.states import Outcome, StepState
from bulkreset.preflight.base import Finding, Severity
from bulkreset.preflight.checks.token_lifetimes import _after_a_sign_out, seconds_told
from bulkreset.reporting.course import TokenLife
from bulkreset.reporting.page.drawing import Piece
from bulkreset.reporting.run_page.exposure import LONGEST_SECONDS, exposure_of
from bulkreset.reporting.run_page.flows import flow_of


class _Course:
    def __init__(self, tokens: TokenLife, steps: tuple[StepCount, ...]) -> None:
        self.tokens, self.steps = tokens, steps
        self.planned_steps = {"reset-password": 10, "sign-out": 10}


def test_what_was_planned_stands_above_what_became_of_it():
    flow = flow_of({"done": 80, "failed": 5, "skipped": 10, "blocked": 5})
    assert [(piece.kind, piece.amount) for piece in flow.planned] == [("do", 85), ("skip", 10), ("block", 5)]
    assert [piece.kind for piece in flow.became] == ["done", "failed", "skipped", "blocked"]
    assert len(flow.ribbons) == 4
    for pieces in (flow.planned, flow.became):
        _stand_side_by_side(pieces)


def test_one_failed_row_of_a_million_can_be_seen():
    flow = flow_of({"done": 999_999, "failed": 1})
    assert next(piece for piece in flow.became if piece.kind == "failed").width > 0.4


def test_nothing_is_drawn_of_no_rows():
    assert flow_of({}).became == ()


def _stand_side_by_side(pieces: tuple[Piece, ...]) -> None:
    ends = [piece.x + piece.width for piece in pieces]
    assert abs(ends[-1] - 100) < 0.1
    assert all(end <= after.x + 0.01 for end, after in zip(ends, pieces[1:], strict=False))


def test_every_ribbon_is_a_closed_outline():
    for _, outline in flow_of({"done": 1, "unknown": 1, "not-attempted": 1}).ribbons:
        assert re.fullmatch(r"M[\d. ]+(C[\d. ]+)H[\d.]+(C[\d. ]+)Z", outline)


def test_the_last_token_dies_its_life_after_the_last_sign_out():
    steps = (
        StepCount("sign-out", StepState.DONE, 9, 1000.0),
        StepCount("reset-password", StepState.DONE, 10, 5000.0),
        StepCount("sign-out", StepState.FAILED, 1, 6000.0),
    )
    exposure = exposure_of(_Course(TokenLife(3600, "told"), steps), {Outcome.FAILED: 1, Outcome.DONE: 9}, {})
    assert (exposure.dead_at, exposure.ended, exposure.planned) == (4600.0, 9, 10)
    assert exposure.keeping == {"failed": 1}
    assert exposure.is_known
    assert not exposure.is_over


def test_a_row_that_no_user_belongs_to_keeps_no_session():
    outcomes = {Outcome.BLOCKED: 5, Outcome.FAILED: 2, Outcome.UNKNOWN: 1}
    codes = {
        ("blocked", "not-found"): 4,
        ("blocked", "no-contact"): 1,
        ("failed", "UserNotFoundException"): 2,
    }
    exposure = exposure_of(_Course(TokenLife(None), ()), outcomes, codes)
    assert exposure.keeping == {"blocked": 1, "unknown": 1}


def test_a_life_that_nobody_learnt_is_cognitos_longest_and_said_to_be_unknown():
    steps = (StepCount("disable-user", StepState.DONE, 1, 1000.0),)
    exposure = exposure_of(_Course(TokenLife(None), steps), {}, {})
    assert not exposure.is_known
    assert exposure.dead_at == 1000.0 + LONGEST_SECONDS


def test_the_life_of_tokens_can_be_read_out_of_preflights_finding():
    for seconds in (300, 3600, 5400, 86_400, 61):
        told = _after_a_sign_out(seconds, " (web)")
        assert seconds_told(Finding("token-lifetimes", *told)) == seconds
    assert seconds_told(Finding("recovery", Severity.NOTE, "codes go by text message first", "", "")) is None
