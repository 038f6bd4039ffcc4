"""The files of a job of one row mean that user, whatever it is called, and go with the command."""

from __future__ import annotations

import stat
import tempfile

import pytest
from factories import POOL_ID

from bulkreset.flow.user.job import job_of_one
from bulkreset.flow.user.wish import Wish
from bulkreset.goals.registry import policy_keys
from bulkreset.manifests.reading import read_manifest
from bulkreset.settings.loading import load_job

NAMES = [
    "ada",
    "a;b",
    "a,b",
    "NA",
    "null",
    "007",
    "1e5",
    '"q"',
    "=1+1",
    "#1",
    "-x",
    "o'brien",
    "zoë",
    "*",
    "😀",
]
WISH = Wish(
    "reset",
    "force-reset",
    {"unverified": "verify-email"},
    reason='#1: "asked" by {J}',
    consent=("verify-unverified-contacts",),
    reads_mfa=True,
)


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def environment(tmp_path):
    path = tmp_path / "my environment: 1.yaml"
    path.write_text(f"pool_id: {POOL_ID}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_its_manifest_names_that_user_and_nobody_else(name, environment):
    with job_of_one(environment, name, WISH, None) as files:
        loaded = load_job(files.job, policy_keys())
        (chunk,) = read_manifest(loaded.manifest_path, policy_keys(), loaded.job.goal)
    rows = chunk.rows[["row", "kind", "identifier", "overrides", "problem"]]
    assert rows.to_numpy().tolist() == [[1, "username", name, "", ""]]


def test_its_job_is_what_was_wanted(environment):
    with job_of_one(environment, "ada", WISH, None) as files:
        loaded = load_job(files.job, policy_keys())
    job = loaded.job
    assert loaded.environment_path == environment
    assert (job.goal, job.reason, job.consent, job.read) == (WISH.goal, WISH.reason, WISH.consent, "get")
    assert job.policy["unverified"] == "verify-email"


def test_it_is_for_its_owner_alone_and_goes_with_the_command(environment, temporary):
    with job_of_one(environment, "ada", WISH, None) as files:
        (folder,) = temporary.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert files.run.parent == folder
    assert list(temporary.iterdir()) == []


def test_it_goes_also_where_the_command_fails(environment, temporary):
    with pytest.raises(KeyboardInterrupt), job_of_one(environment, "ada", WISH, None):
        raise KeyboardInterrupt
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("kept_elsewhere", [True, False])
def test_it_stays_where_its_run_is_needed_and_lies_in_it(environment, temporary, tmp_path, kept_elsewhere):
    keep = tmp_path / "kept.run" if kept_elsewhere else None
    with job_of_one(environment, "ada", WISH, keep) as files:
        files.is_kept = True
    assert files.run == (keep or files.run)
    assert bool(list(temporary.iterdir())) is not kept_elsewhere
