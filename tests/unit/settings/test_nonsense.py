"""Whatever stands under a key, the answer is a sound job or problems with advice, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from bulkreset.settings.document import Place, SettingsDocument
from bulkreset.settings.job import Job
from bulkreset.settings.validation import FileKind, validated

HEAD = {"environment": "e.yaml", "goal": "force-reset", "manifest": "u.csv", "waves": [10]}
NEARLY = st.sampled_from(
    ["rest", "confirm", "5%", "200%", "10m", "22:00", "mon-", "UTC", "2026-12-01", "fraction", "from", "none"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.sampled_from(["fraction", "count", "from", "to", "timezone", "days", "leave", "opens"]) | st.text()
VALUES = st.recursive(
    SCALARS | NEARLY | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=6,
)


@pytest.mark.parametrize(
    "key", ["waves", "between", "max_failed", "window", "deadline", "messages", "live_traffic"]
)
@given(value=VALUES)
def test_nonsense_is_told_and_never_crashes(key: str, value: object) -> None:
    tree = {**HEAD, key: value}
    document = SettingsDocument(Path("job.yaml"), tree, {(): Place(1, 1)}, {})
    job, problems = validated(FileKind(Job, {}, {}), document, tree)
    assert (job is None) == bool(problems)
    assert all(problem.message and problem.advice for problem in problems)
    if job:
        assert Job.model_validate(job.model_dump(mode="json")) == job
