from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from pydantic import ValidationError

from bulkreset.settings.job import Job
from bulkreset.settings.moments import moment_text, read_moment

BASE = {"environment": "e.yaml", "goal": "force-reset", "manifest": "u.csv"}


@pytest.mark.parametrize(
    ("written", "epoch_seconds"),
    [
        ("2026-11-20T22:00:00Z", 1795212000.0),
        ("2026-11-20T23:00+01:00", 1795212000.0),
        ("2026-11-20 22:00:00.5Z", 1795212000.5),
        (None, None),
    ],
)
def test_a_deadline_is_a_moment(written: str | None, epoch_seconds: float | None) -> None:
    assert Job.model_validate({**BASE, "deadline": written}).deadline == epoch_seconds


@pytest.mark.parametrize(
    "written",
    [
        1795212000,
        1795212000.0,
        True,
        "",
        "2026-12-01",
        "2026-11-20T22:00:00",
        "06:00",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
    ],
)
def test_these_are_no_deadlines(written: object) -> None:
    with pytest.raises(ValidationError, match="deadline"):
        Job.model_validate({**BASE, "deadline": written})


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_survives_being_written(moment: datetime) -> None:
    kept = read_moment(moment.isoformat())
    assert isinstance(kept, float)
    assert read_moment(moment_text(kept)) == kept
