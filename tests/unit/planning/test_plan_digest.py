"""The digest: the same for the same plan, however it came about, and another for any other."""

from __future__ import annotations

import itertools
import json
import random
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from factories import directives, manifest_rows, new_run, plan_row, snapshot, user
from hypothesis import given, settings, strategies as st

from bulkreset.ledger.connection import open_read_only
from bulkreset.ledger.read import RunReader
from bulkreset.planning.digest import CONDUCT, DIGESTED_COLUMNS, plan_digest, plan_header
from bulkreset.planning.frames import tuples
from bulkreset.planning.planner import PLAN_COLUMNS, plan_rows
from bulkreset.settings.job import Job
from bulkreset.settings.waves import Wave

ENVIRONMENT = {
    "pool_id": "us-east-1_AbCdEf123",
    "region": "us-east-1",
    "endpoint_url": None,
    "concurrency": 32,
    "credentials": {"profile": None},
}
JOB = {"goal": "force-reset", "client_metadata": {"why": "incident"}, "reason": "INC-4711"}
HEADER = plan_header(ENVIRONMENT, JOB)
ROW = (
    "ada",
    "ada@example.com",
    "do",
    "ready",
    "reset-password",
    "CONFIRMED, enabled",
    "0123456789abcdef",
    1,
    "email",
)


def digest_of(plan: pd.DataFrame) -> str:
    """As planning makes it."""
    columns = list(DIGESTED_COLUMNS)
    return plan_digest(HEADER, tuples(plan[columns].sort_values(columns)))


def test_a_digest_is_a_sha256_in_hexadecimal():
    digest = plan_digest(HEADER, [ROW])

    assert len(digest) == 64
    assert set(digest) <= set("0123456789abcdef")
    assert digest == plan_digest(dict(reversed(HEADER.items())), iter([ROW]))


def test_the_order_of_the_manifest_makes_no_difference():
    users = [user(f"user-{number}", enabled=number % 3 > 0) for number in range(60)]
    names = [("username", one.username) for one in users]
    shuffled = random.Random(7).sample(names, k=len(names))  # noqa: S311 - an order, no secret

    first, second = (
        plan_rows(manifest_rows(*rows), snapshot(*users), directives(), Path("users.csv"))
        for rows in (names, shuffled)
    )

    assert digest_of(first) == digest_of(second)
    assert first["row"].tolist() == second["row"].tolist()


def test_the_order_of_the_manifest_counts_as_far_as_it_decides_who_is_in_which_wave():
    users = [user(f"user-{number}") for number in range(20)]
    rows = [manifest_rows(*(("username", one.username) for one in order)) for order in (users, users[::-1])]
    plans = [
        plan_rows(one, snapshot(*users), directives(), Path("users.csv"), (Wave(count=5), Wave()))
        for one in rows
    ]

    assert digest_of(plans[0]) != digest_of(plans[1])
    plans[1]["wave"] = plans[1]["username"].map(plans[0].set_index("username")["wave"])
    assert digest_of(plans[0]) == digest_of(plans[1])


def test_the_job_as_it_is_kept_gives_the_digest_all_that_it_says_of_the_conduct():
    job = Job.model_validate({"environment": "e.yaml", "goal": "force-reset", "manifest": "users.csv"})
    header = plan_header(ENVIRONMENT, job.model_dump(mode="json"))

    assert set(CONDUCT) <= set(job.model_dump(mode="json"))
    assert header["max_failed"]
    assert header == plan_header(ENVIRONMENT, json.loads(json.dumps(job.model_dump(mode="json"))))


@pytest.mark.parametrize("column", range(len(DIGESTED_COLUMNS)), ids=DIGESTED_COLUMNS)
def test_a_change_of_any_cell_changes_the_digest(column):
    changed = list(ROW)
    changed[column] = changed[column] * 2

    assert plan_digest(HEADER, [changed]) != plan_digest(HEADER, [ROW])


def test_one_row_more_or_less_changes_the_digest():
    digests = {plan_digest(HEADER, [ROW] * count) for count in range(4)}

    assert len(digests) == 4


def test_cells_cannot_be_moved_across_their_borders():
    glued = ("adaada@example.com", "", *ROW[2:])
    quoted = ('ada", "ada@example.com', "", *ROW[2:])

    assert len({plan_digest(HEADER, [row]) for row in (ROW, glued, quoted)}) == 3


@pytest.mark.parametrize(
    "change",
    [
        ({"pool_id": "us-east-1_Other"}, {}),
        ({"region": "eu-west-1"}, {}),
        ({"endpoint_url": "http://127.0.0.1:5566"}, {}),
        ({}, {"goal": "sign-out"}),
        ({}, {"client_metadata": {"why": "other"}}),
        ({}, {"client_metadata": {}}),
        ({}, {"waves": [10, "rest"]}),
        ({}, {"between": "confirm"}),
        ({}, {"max_failed": {"count": 1}}),
        ({}, {"consent": ["over-cap"]}),
        ({}, {"window": {"from": "22:00", "to": "06:00", "timezone": "Europe/Berlin"}}),
        ({}, {"deadline": 1.8e9}),
        ({}, {"messages": {"spread": True}}),
    ],
)
def test_where_and_how_a_plan_runs_changes_the_digest(change):
    environment, job = change

    assert plan_digest(plan_header(ENVIRONMENT | environment, JOB | job), [ROW]) != plan_digest(HEADER, [ROW])


@pytest.mark.parametrize(
    "change",
    [({"concurrency": 8}, {}), ({"credentials": {"profile": "night"}}, {}), ({}, {"reason": "INC-4712"})],
)
def test_what_changes_nothing_for_the_users_does_not_change_the_digest(change):
    environment, job = change

    assert plan_digest(plan_header(ENVIRONMENT | environment, JOB | job), [ROW]) == plan_digest(HEADER, [ROW])


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@settings(max_examples=30)
@given(names=st.lists(NAMES, min_size=1, max_size=12))
def test_the_run_file_sorts_its_rows_as_planning_does(names, tmp_path_factory):
    """Apply makes the digest from the file; planning made it from a table. Both must sort alike."""
    plan = pd.DataFrame(
        [
            plan_row(number, user(name), identifier=other)
            for number, (name, other) in enumerate(
                itertools.chain(zip(names, reversed(names), strict=True), zip(names, names, strict=True)),
                start=1,
            )
        ],
        columns=PLAN_COLUMNS,
    ).astype({name: int if name == "wave" else str for name in DIGESTED_COLUMNS})
    path = new_run(tmp_path_factory.mktemp("run") / "run.db", plan.to_dict("records"))

    with closing(open_read_only(path)) as connection:
        assert plan_digest(HEADER, RunReader(connection).digested_rows()) == digest_of(plan)
