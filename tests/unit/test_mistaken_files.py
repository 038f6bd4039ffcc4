"""A file in the place of another is named for what it is, with the command that takes it."""

from __future__ import annotations

import shlex

import pytest
from factories import POOL_ID, new_run
from plans import plan_file

from bulkreset.cli.main import cli
from bulkreset.errors import InputError
from bulkreset.flow.report import status_of
from bulkreset.goals.registry import policy_keys
from bulkreset.ledger.connection import lock_run
from bulkreset.mistaken import Sort, mistaken, sort_of
from bulkreset.settings.loading import load_environment, load_job
from bulkreset.settings.templates import starter_files

STARTERS = starter_files(policy_keys())


@pytest.fixture
def files(tmp_path):
    """One of each sort, in a folder with a space in its name."""
    folder = tmp_path / "the incident"
    folder.mkdir()
    for name, text in STARTERS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text.replace("WRITE-YOUR-POOL-ID-HERE", POOL_ID), encoding="utf-8")
    return {
        Sort.RUN: plan_file(folder / "a.run", 10),
        Sort.JOB: folder / "job.yaml",
        Sort.ENVIRONMENT: folder / "environment.yaml",
        Sort.MANIFEST: folder / "users.csv",
    }


READERS = {
    Sort.RUN: status_of,
    Sort.JOB: lambda path: load_job(path, policy_keys()),
    Sort.ENVIRONMENT: load_environment,
}


@pytest.mark.parametrize("sort", Sort)
def test_each_sort_is_told_by_what_is_in_it(files, sort):
    assert sort_of(files[sort]) is sort


@pytest.mark.parametrize("wanted", READERS)
@pytest.mark.parametrize("given", Sort)
def test_another_file_than_the_one_wanted_is_named_with_what_takes_it(files, given, wanted):
    if given is wanted:
        assert mistaken(files[given], wanted) is None
        READERS[wanted](files[given])
        return
    with pytest.raises(InputError) as refused:
        READERS[wanted](files[given])
    assert len(refused.value.problems) == 1
    problem = refused.value.problems[0]
    assert given in problem.message
    assert "`bulkreset " in problem.advice


def test_the_command_of_the_advice_takes_the_path_as_it_is(files):
    job, run = files[Sort.JOB], files[Sort.RUN]
    plan = mistaken(job, Sort.RUN).advice.split("`")[1]
    assert shlex.split(plan) == ["bulkreset", "plan", str(job), "--out", str(job.with_suffix(".run"))]
    show = mistaken(run, Sort.JOB).advice.split("`")[1]
    assert shlex.split(show) == ["bulkreset", "show", str(run)]


def test_a_job_in_the_place_of_a_run_leaves_no_lock_behind(files):
    job = files[Sort.JOB]
    with pytest.raises(InputError), lock_run(job):
        pass
    assert not job.with_name("job.yaml.lock").exists()


@pytest.mark.parametrize("content", [b"", b"goal", b"\xff\xfe\x00", b"pool_id: a\ngoal: b\n"])
def test_what_could_be_anything_is_not_called_something_else(tmp_path, content):
    path = tmp_path / "file.yaml"
    path.write_bytes(content)
    assert sort_of(path) is None


def test_a_file_that_is_not_there_is_no_other_sort(tmp_path):
    assert sort_of(tmp_path / "nothing") is None


def test_a_run_file_of_any_name_is_told_by_its_mark(tmp_path):
    assert sort_of(new_run(tmp_path / "archive.bin", [])) is Sort.RUN


def test_a_file_in_the_place_of_a_new_folder_is_refused(files):
    with pytest.raises(InputError, match="is a file; name a folder"):
        cli.main(["init", str(files[Sort.RUN])], standalone_mode=False)
