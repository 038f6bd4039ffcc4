"""What is told: numbers, in the words of the settings or the usual ones, and never a user."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from notices import NOTICE, RUN

from bulkreset.notifications.notice import Cause, FollowUp
from bulkreset.notifications.schema import notification_schema
from bulkreset.notifications.wording import TEXTS, text, title
from bulkreset.settings.notify import KINDS, PLACEHOLDERS, Kind
from bulkreset.settings.placeholders import placeholder_problem
from bulkreset.settings.schema import schema_text

THRESHOLD_TEXT = (
    "night.run: threshold reached (too-many-failed). Of 1,500 rows 50 failed, 25 are unknown and 25 drifted."
)


def test_kinds_of_settings_and_words_are_the_same():
    assert set(TEXTS) == set(KINDS) == set(get_args(Kind))
    assert [placeholder_problem(words, PLACEHOLDERS, "") for words in TEXTS.values()] == [None] * len(TEXTS)


@pytest.mark.parametrize(
    ("notice", "told"),
    [
        (NOTICE, "night.run is finished: 1,400 of 1,500 are done, 50 failed, 25 are unknown, 25 drifted."),
        (
            replace(NOTICE, kind="start"),
            "night.run begins: force-reset for 1,500 users of us-east-1_AbCdEf123.",
        ),
        (
            replace(NOTICE, kind="wave-done", wave=1, waves=3),
            "night.run: wave 1 of 3 is over. 1,500 of 1,500 rows are settled, 50 of them failed.",
        ),
        (
            replace(NOTICE, kind="threshold", cause=Cause.TOO_MANY_FAILED),
            THRESHOLD_TEXT,
        ),
        (
            replace(NOTICE, kind="stop", cause=Cause.ORDERED),
            "night.run stopped (ordered). 1,400 of 1,500 are done, 50 failed, 0 were not attempted.",
        ),
        (
            replace(NOTICE, kind="follow-up", follow_up=FollowUp(1400, 840, 560)),
            "night.run: 840 of 1,400 users (60 %) have a new password, 560 have not.",
        ),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_the_usual_words(notice, told):
    assert text(notice, {}) == told
    assert title(notice) == f"bulkreset {notice.kind}: force-reset"


def test_words_of_ones_own_take_the_place_of_the_usual_ones():
    texts = {"finish": "{{ goal }}/{{kind}}: {{ failed_percent }} % of {{ rows }}{{ wave }}"}
    assert text(NOTICE, texts) == "force-reset/finish: 5.1 % of 1,505"
    assert "begins" in text(replace(NOTICE, kind="start"), texts)


def test_what_a_value_says_is_not_taken_for_a_place():
    named = replace(NOTICE, run=replace(RUN, name="{{ digest }}.run"))
    assert text(named, {"finish": "{{ run }}"}) == "{{ digest }}.run"


def test_the_reason_is_told_only_where_it_is_given():
    with_reason = replace(NOTICE, run=replace(RUN, reason="INC-4711"))
    assert text(with_reason, {}).endswith("25 drifted. (INC-4711)")
    assert text(with_reason, {"finish": "over, {{ reason }}"}) == "over, INC-4711"
    assert with_reason.payload("x")["reason"] == "INC-4711"
    assert "reason" not in NOTICE.payload("x")


def test_a_share_of_nothing_is_nothing():
    nothing = dict.fromkeys(NOTICE.outcomes, 0)
    assert replace(NOTICE, outcomes=nothing).failed_percent == 0.0
    assert FollowUp(0, 0, 0).changed_percent == 0.0


@pytest.mark.parametrize(
    "notice",
    [
        NOTICE,
        replace(NOTICE, kind="wave-done", wave=2, waves=3, state="running"),
        replace(NOTICE, kind="stop", cause=Cause.REFUSED, state="stopped", run=replace(RUN, reason="x")),
        replace(NOTICE, kind="follow-up", follow_up=FollowUp(10, 6, 4, milestone=50.0)),
        replace(NOTICE, kind="follow-up", follow_up=FollowUp(10, 6, 4)),
    ],
    ids=lambda notice: notice.kind,
)
def test_every_payload_is_as_its_schema_says(notice):
    payload = json.loads(json.dumps(notice.payload(text(notice, {}))))
    jsonschema.Draft202012Validator(notification_schema()).validate(payload)


def test_the_checked_in_schema_is_the_generated_one():
    jsonschema.Draft202012Validator.check_schema(notification_schema())
    checked_in = Path(__file__).parents[3] / "schemas" / "notification.json"
    assert checked_in.read_text(encoding="utf-8") == schema_text(notification_schema())
