from __future__ import annotations

import pytest
from pydantic import ValidationError

from bulkreset.settings.job import Job
from bulkreset.settings.max_failed import MaxFailed

BASE = {"environment": "e.yaml", "goal": "force-reset", "manifest": "u.csv"}


def max_failed(written: object) -> MaxFailed:
    return Job.model_validate({**BASE, "max_failed": written}).max_failed


def test_a_job_stops_at_one_row_in_twenty_unless_it_says_otherwise() -> None:
    default = Job.model_validate(BASE).max_failed
    assert default == MaxFailed(fraction=0.05, minimum=50)
    assert default == max_failed(None)
    assert (default.count, default.strict) == (None, False)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("5%", MaxFailed(fraction=0.05)),
        ("100%", MaxFailed(fraction=1)),
        (0.02, MaxFailed(fraction=0.02)),
        (20, MaxFailed(count=20)),
        (1, MaxFailed(count=1)),
        (0, MaxFailed(count=0)),
        ({"fraction": "2%", "minimum": 200}, MaxFailed(fraction=0.02, minimum=200)),
        ({"fraction": 1}, MaxFailed(fraction=1)),
        ({"count": 3, "strict": True}, MaxFailed(count=3, strict=True)),
        ({"fraction": None, "count": 3}, MaxFailed(count=3)),
    ],
)
def test_a_threshold_has_a_short_and_a_long_form(written: object, kept: MaxFailed) -> None:
    assert max_failed(written) == kept


def test_what_is_kept_says_only_what_counts() -> None:
    assert max_failed("5%").model_dump(mode="json") == {"fraction": 0.05, "minimum": 50, "strict": False}
    assert max_failed(20).model_dump(mode="json") == {"count": 20, "strict": False}


@pytest.mark.parametrize(
    "written", [1.0, 1.5, 0.0, -0.1, True, "0%", "20", "none", [], {}, {"minimum": 100}, {"fraction": 0}]
)
def test_what_is_no_threshold_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        max_failed(written)
