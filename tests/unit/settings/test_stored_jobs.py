"""A job is kept in its run and read back from there: the same job, through JSON and whatever it says."""

from __future__ import annotations

import json
from datetime import UTC, time
from typing import Any

from hypothesis import given, strategies as st

from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.settings.weekdays import NAMES

FRACTION = st.floats(min_value=1e-6, max_value=1)
PERCENT = st.integers(min_value=1, max_value=100).map("{}%".format)
PART = FRACTION | PERCENT
COUNT = st.integers(min_value=1, max_value=10**9)

WAVES = st.lists(COUNT | st.integers(min_value=1, max_value=10).map("{}%".format), min_size=1, max_size=10)
THRESHOLDS = st.one_of(
    COUNT,
    PERCENT,
    st.fixed_dictionaries({"fraction": PART}, optional={"minimum": COUNT, "strict": st.booleans()}),
    st.fixed_dictionaries({"count": COUNT}, optional={"strict": st.booleans()}),
)
DAYS = st.lists(st.sampled_from([*NAMES, "mon-fri", "fri-mon"]), min_size=1)
HOURS = st.lists(st.times().map(lambda at: at.strftime("%H:%M:%S")), min_size=2, max_size=2, unique=True)
WINDOWS = st.builds(
    lambda hours, zone, more: {"from": hours[0], "to": hours[1], "timezone": zone, **more},
    HOURS,
    st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe"]),
    st.fixed_dictionaries({}, optional={"days": DAYS}),
)
MESSAGES = st.fixed_dictionaries(
    {}, optional={"spread": st.booleans(), "per_day": COUNT, "leave": PART | st.just(0)}
)
JOBS = st.fixed_dictionaries(
    {"environment": st.just("../e.yaml"), "goal": st.just("force-reset"), "manifest": st.just("u.csv")},
    optional={
        "policy": st.just({"protected": ("admin", "4711"), "not_changed_since": 1795212000.0, "a": None}),
        "client_metadata": st.dictionaries(st.text(), st.text(), max_size=2),
        "max_failed": THRESHOLDS,
        "window": WINDOWS,
        "deadline": st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat()),
        "messages": MESSAGES,
        "live_traffic": st.sampled_from(["none", "cloudwatch"]),
    },
) | st.fixed_dictionaries(
    {
        "environment": st.just("../e.yaml"),
        "goal": st.just("force-reset"),
        "manifest": st.just("u.csv"),
        "waves": WAVES,
        "between": st.sampled_from(["confirm", "90s", "1h30m", 0.1, 0]),
    }
)


@given(JOBS)
def test_a_job_comes_back_from_its_run_as_it_was(written: dict[str, Any]) -> None:
    job = Job.model_validate(written)
    kept = job.model_dump(mode="json")
    assert json.loads(json.dumps(kept)) == kept
    back = Job.model_validate(json.loads(json.dumps(kept)))
    assert back == job
    assert back.model_dump(mode="json") == kept
    assert Job.model_validate_json(job.model_dump_json()) == job


def test_an_environment_comes_back_from_its_run_as_it_was() -> None:
    environment = Environment.model_validate(
        {
            "pool_id": "eu-west-1_A",
            "quotas": {"UserList": {"share": 0.8}},
            "message_budget": {"email_per_day": 50_000, "email_per_second": 0.5},
            "state_dir": "/var/lib/bulkreset",
        }
    )
    assert (
        Environment.model_validate(json.loads(json.dumps(environment.model_dump(mode="json")))) == environment
    )


def test_hours_that_python_made_are_kept_too() -> None:
    window = {"from": time(22, 0), "to": time(6, 0, 30), "timezone": "UTC"}
    job = Job.model_validate({"environment": "e", "goal": "g", "manifest": "m", "window": window})
    assert Job.model_validate(job.model_dump(mode="json")) == job


def test_a_selection_comes_back_from_its_run() -> None:
    asked = {
        "group": ["staff", "admins"],
        "status": "CONFIRMED",
        "enabled": False,
        "phone_verified": True,
        "created_after": "2026-11-20T22:00:00.000001+01:00",
        "modified_before": "2026-11-20T22:00:00Z",
        "attributes": {
            "custom:a": "x",
            "custom:b": "",
            "email": {"regex": r"\.org$"},
            "sub": {"prefix": "a"},
        },
        "not_in": "/srv/done.csv",
    }
    job = Job.model_validate({"environment": "../e.yaml", "goal": "force-reset", "select": asked})

    assert Job.model_validate(json.loads(job.model_dump_json())) == job
