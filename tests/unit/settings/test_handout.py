"""The handout section: exactly one way, and a place in AWS that AWS would take."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bulkreset.settings.handout import Handout

PLACE = {"prefix": "passwords/inc-4711"}


@pytest.mark.parametrize(
    "written",
    [{}, {"discard": True, "secrets_manager": PLACE}],
    ids=["none", "two"],
)
def test_a_hand_out_goes_one_way(written):
    with pytest.raises(
        ValidationError, match="needs one of `recipients`, `secrets_manager` and `discard: true`"
    ):
        Handout.model_validate(written)


def test_a_place_in_aws_is_kept_as_it_was_written():
    written = PLACE | {
        "per": "user",
        "kms_key": "alias/hand-outs",
        "tags": {"team": "desk"},
        "region": "eu-west-1",
    }
    handout = Handout.model_validate({"secrets_manager": written})
    assert handout.model_dump(mode="json")["secrets_manager"] == written
    assert Handout.model_validate(handout.model_dump(mode="json")) == handout


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"prefix": "/bulkreset"}, "is no beginning of a secret's name"),
        ({"prefix": "bulkreset/"}, "without a slash at its ends"),
        ({"prefix": "inc 4711"}, "is no beginning of a secret's name"),
        ({}, "Field required"),
        (PLACE | {"per": "run"}, "'batch' or 'user'"),
        (PLACE | {"tags": {"aws:team": "desk"}}, "keeps `aws:` for itself"),
        (PLACE | {"region": "Frankfurt"}, "should match pattern"),
        (PLACE | {"kms_key": "my key"}, "should match pattern"),
    ],
)
def test_a_place_that_aws_would_not_take_is_told(written, told):
    with pytest.raises(ValidationError) as error:
        Handout.model_validate({"secrets_manager": written})
    messages = [f"{one['msg']} {one.get('ctx', {}).get('advice', '')}" for one in error.value.errors()]
    assert told in " ".join(messages)
