"""Places: what is a file, what an object of S3, and what neither can be."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from bulkreset.cli.main import cli
from bulkreset.errors import InputError
from bulkreset.places import S3Object, place_of
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.settings.s3 import S3


@pytest.mark.parametrize("written", ["users.csv", "/a/b.csv", "s3", "s3:/a/b", "a/s3://b/c"])
def test_everything_else_is_a_file(written):
    assert place_of(written) == Path(written)


@pytest.mark.parametrize(
    ("written", "bucket", "key", "name"),
    [
        ("s3://bucket/users.csv", "bucket", "users.csv", "users.csv"),
        ("S3://my.bucket-1/a//b c/ü.csv", "my.bucket-1", "a//b c/ü.csv", "ü.csv"),
    ],
)
def test_an_object_has_a_bucket_a_key_and_a_name(written, bucket, key, name):
    place = place_of(written)

    assert place == S3Object(bucket, key)
    assert (place.name, str(place)) == (name, f"s3://{bucket}/{key}")


@pytest.mark.parametrize(
    "written",
    [
        "s3://",
        "s3://bucket",
        "s3://bucket/",
        "s3://bucket/folder/",
        "s3:///key",
        "s3://Bucket/key",
        "s3://b/key",
        "s3://bucket/../key",
        "s3://bucket/a/./key",
        f"s3://bucket/{'k' * 512}/{'k' * 512}",
        f"s3://bucket/{'k' * 201}",
    ],
)
def test_what_cannot_be_an_object_is_refused_with_an_example(written):
    with pytest.raises(InputError, match="write for example"):
        place_of(written)


def test_a_job_keeps_an_object_as_its_url():
    job = Job.model_validate({"environment": "e.yaml", "goal": "g", "manifest": "s3://bucket/users.csv"})

    assert job.manifest == S3Object("bucket", "users.csv")
    assert job.model_dump(mode="json")["manifest"] == "s3://bucket/users.csv"
    assert Job.model_validate_json(job.model_dump_json()) == job


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"state_dir": "s3://bucket/state"}, "has to be a file on this machine"),
        ({"s3": {"kms_key_id": "alias/a"}}, "has a `kms_key_id` that S3 would not use"),
        ({"s3": {"server_side_encryption": "AES256", "kms_key_id": "alias/a"}}, "that S3 would not use"),
    ],
)
def test_settings_that_make_no_sense_are_refused(section, told):
    with pytest.raises(ValidationError, match=told):
        Environment.model_validate({"pool_id": "us-east-1_AbCdEf123", **section})


def test_by_default_the_bucket_decides():
    assert S3().model_dump(exclude_none=True) == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "job.yaml", "--out", "s3://bucket/a.run"],
        ["status", "s3://bucket/a.run"],
        ["report", "s3://bucket/a.run", "--out", "report.csv"],
        ["show", "a.run", "--since", "s3://bucket/b.run"],
    ],
)
def test_a_run_file_stays_on_a_disk(arguments):
    with pytest.raises(click.UsageError, match="a run file is a database and needs a disk"):
        CliRunner().invoke(cli, arguments, standalone_mode=False, catch_exceptions=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "s3://bucket/job.yaml", "--out", "a.run"],
        ["handout", "open", "a.run", "--identity", "key.txt", "--out", "s3://bucket/passwords.csv"],
        ["users", "--environment", "s3://bucket/environment.yaml", "--out", "users.csv", "--everyone"],
    ],
)
def test_other_files_are_those_of_this_machine(arguments):
    with pytest.raises(click.UsageError, match="has to be a file on this machine"):
        CliRunner().invoke(cli, arguments, standalone_mode=False, catch_exceptions=False)


def test_a_job_of_a_follow_up_is_written_on_this_machine():
    arguments = ["followup", "a.run", "--remind", "--out", "s3://bucket/reminder"]

    with pytest.raises(click.UsageError, match="a job is written on this machine"):
        CliRunner().invoke(cli, arguments, standalone_mode=False, catch_exceptions=False)
