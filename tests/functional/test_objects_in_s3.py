"""Manifests, snapshots and reports in S3, over HTTP against the simulator."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from command import verified_users
from moto.s3.models import s3_backends

from bulkreset.clock import SystemClock
from bulkreset.cognito import objects as objects_of_s3
from bulkreset.cognito.objects import Objects
from bulkreset.cognito.session import Aws
from bulkreset.errors import InputError, Refused
from bulkreset.flow.doctor import diagnose
from bulkreset.flow.iam_policy import iam_policy
from bulkreset.flow.places import fetched, sent
from bulkreset.flow.report import reading, write_report
from bulkreset.flow.retry import write_retry
from bulkreset.flow.users import Wanted, users_of_pool, users_of_snapshot
from bulkreset.places import S3Object
from bulkreset.preflight.least_privilege import Phase
from bulkreset.reporting.iam_policy import as_json
from bulkreset.settings.loading import load_environment
from bulkreset.settings.select import Select
from bulkreset.simulator import Fault, FaultKind

CLOCK = SystemClock()
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Bucket:
    """A bucket of a test's own: moto's are those of the whole process."""

    aws: Any
    name: str

    def place(self, key: str) -> S3Object:
        return S3Object(self.name, key)

    def put(self, key: str, content: str | bytes) -> S3Object:
        body = content.encode() if isinstance(content, str) else content
        self.aws.put_object(Bucket=self.name, Key=key, Body=body)
        return self.place(key)

    def content(self, key: str) -> bytes:
        return self.aws.get_object(Bucket=self.name, Key=key)["Body"].read()

    def keys(self) -> list[str]:
        return [one["Key"] for one in self.aws.list_objects_v2(Bucket=self.name).get("Contents", ())]

    def about(self, key: str) -> dict[str, Any]:
        return self.aws.head_object(Bucket=self.name, Key=key)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files; whatever is left there would be somebody's data."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def night(rehearse, temporary):
    return rehearse(verified_users(3))


@pytest.fixture
def bucket(night):
    aws = boto3.client(
        "s3",
        endpoint_url=night.simulator.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="emulated",
        aws_secret_access_key="emulated",
        config=Config(s3={"addressing_style": "path"}),
    )
    name = f"bucket-{uuid4().hex[:12]}"
    aws.create_bucket(Bucket=name)
    return Bucket(aws, name)


@pytest.fixture
def objects(night):
    environment = load_environment(night.desk.folder / "environment.yaml")
    return Objects(Aws(environment, CLOCK), environment.s3)


def job_about(night, manifest, **job):
    return night.desk.job(["user-0000"], **job, manifest=str(manifest))


def test_a_manifest_in_s3_is_planned_and_its_state_kept(night, bucket):
    bucket.aws.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    text = "username,ticket\nuser-0000,A\nuser-0001,B\n"
    place = bucket.put("lists/tonight ü.csv", text)

    run = night.planned(job_about(night, place))

    assert night.status(run)["rows"]["do"] == 2
    with reading(run) as reader:
        kept = reader.meta("manifest")
        assert reader.meta("job")["manifest"] == str(place)
    assert kept["path"] == str(place)
    assert kept["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert kept["version_id"] == bucket.about("lists/tonight ü.csv")["VersionId"]
    assert kept["etag"] == hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def test_the_file_of_a_manifest_is_private_and_gone_afterwards(night, bucket):
    place = bucket.put("users.csv", "username\nuser-0000\n")
    environment = load_environment(night.desk.folder / "environment.yaml")

    with fetched(place, environment, CLOCK) as here:
        assert here.path.name == "users.csv"
        assert stat.S_IMODE(here.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(here.path.parent.stat().st_mode) == 0o700
    assert not here.path.exists()


def test_a_full_disk_is_told_as_what_it_is(night, bucket, monkeypatch):
    place = bucket.put("users.csv", "username\nuser-0000\n")

    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bulkreset.flow.places._open_new", full)
    environment = load_environment(night.desk.folder / "environment.yaml")

    with pytest.raises(Refused, match="cannot be copied here: No space left"):
        fetched(place, environment, CLOCK).__enter__()


def test_what_is_wrong_with_a_manifest_is_told_by_its_name_in_s3(night, bucket):
    place = bucket.put("users.csv", "username\nuser-0000\na b\n")

    with pytest.raises(InputError) as refused:
        night.planned(job_about(night, place))
    assert str(refused.value).startswith(f"{place}:3: ")


def test_a_manifest_that_is_no_manifest_is_told_so_by_its_name(night, bucket):
    place = bucket.put("users.xlsx", "x")

    with pytest.raises(InputError) as refused:
        night.planned(job_about(night, place))
    assert str(place) in str(refused.value)
    assert "/bulkreset-" not in str(refused.value)


def test_passwords_are_not_taken_from_s3(night, bucket):
    place = bucket.put("users.csv", "username,password\nuser-0000,Correct.Horse.9\n")
    job = job_about(night, place, goal="permanent-password", consent=["given-passwords"])

    with pytest.raises(InputError, match="file on this machine alone"):
        night.planned(job)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("s3://{bucket}/nothing.csv", "there is no such object"),
        ("s3://no-{bucket}/users.csv", "there is no such bucket"),
    ],
)
def test_what_is_not_there_is_bad_input_with_what_to_do(night, bucket, written, told):
    place = written.format(bucket=bucket.name)

    with pytest.raises(InputError) as refused:
        night.planned(job_about(night, place))
    assert str(refused.value).startswith(f"{place}: {told}; ")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("AccessDenied", "allow it to this caller"),
        ("PermanentRedirect", "another region"),
        ("KMS.DisabledException", "see whether the KMS key"),
        ("InvalidObjectState", "restore it first"),
    ],
)
def test_what_s3_refuses_is_told_with_what_to_do(night, bucket, code, told):
    place = bucket.put("users.csv", "username\nuser-0000\n")
    night.simulator.account.refused["GetObject"] = code

    with pytest.raises(Refused, match=told) as refused:
        night.planned(job_about(night, place))
    assert str(refused.value).startswith(f"{place} cannot be read: {code}")
    assert list(night.desk.folder.glob("*.run")) == []


def test_an_answer_that_breaks_off_is_asked_for_again(night, bucket, objects, tmp_path):
    content = b"x" * 500_000
    place = bucket.put("users.csv", content)
    for kind in (FaultKind.TRUNCATE, FaultKind.DROP):
        night.simulator.faults.add(Fault(kind, operation="GetObject", times=1))

        with (tmp_path / "got").open("w+b") as file:
            objects.read(place, file)
        assert (tmp_path / "got").read_bytes() == content


def test_a_content_that_is_not_the_one_that_was_stored_is_not_taken(bucket, objects, tmp_path):
    bucket.aws.put_object(Bucket=bucket.name, Key="a.csv", Body=b"as it was", ChecksumAlgorithm="SHA256")
    stored = s3_backends[ACCOUNT]["aws"].get_object(bucket.name, "a.csv")
    stored.value = b"as it is."

    with (
        (tmp_path / "got").open("w+b") as file,
        pytest.raises(Refused, match=r"did not arrive whole in 5 tries \(FlexibleChecksumError\)"),
    ):
        objects.read(bucket.place("a.csv"), file)


def test_a_page_of_a_proxy_is_no_object(night, bucket, objects, tmp_path):
    place = bucket.put("users.csv", "username\nuser-0000\n")
    night.simulator.faults.add(Fault(FaultKind.GARBAGE, operation="GetObject"))

    with (tmp_path / "got").open("w+b") as file, pytest.raises(Refused, match="not from S3"):
        objects.read(place, file)


def test_a_report_is_encrypted_as_the_environment_says(night, bucket):
    s3 = {"server_side_encryption": "aws:kms", "kms_key_id": "alias/reports"}
    night.environment(s3=s3)
    run = night.plan(["user-0000", "user-0001"])

    write_report(run, "csv", bucket.place("reports/a.csv"))

    about = bucket.about("reports/a.csv")
    assert (about["ServerSideEncryption"], about["SSEKMSKeyId"]) == ("aws:kms", "alias/reports")
    assert about["ContentType"] == "text/csv"
    rows = csv.DictReader(io.StringIO(bucket.content("reports/a.csv").decode(), newline=""))
    assert [row["username"] for row in rows] == ["user-0000", "user-0001"]


def test_a_report_replaces_the_one_before(night, bucket):
    bucket.put("a.xlsx", "old")

    write_report(night.plan(["user-0000"]), "xlsx", bucket.place("a.xlsx"))

    assert bucket.content("a.xlsx").startswith(b"PK")


def test_a_large_object_goes_in_parts_and_comes_back_whole(bucket, objects, tmp_path, monkeypatch):
    monkeypatch.setattr(objects_of_s3, "PART_BYTES", 5 << 20)
    (tmp_path / "large").write_bytes(bytes(range(256)) * 50_000)

    objects.write(tmp_path / "large", bucket.place("large"))

    assert bucket.about("large")["ETag"].strip('"').endswith("-3")
    with (tmp_path / "back").open("w+b") as file:
        objects.read(bucket.place("large"), file)
    assert (tmp_path / "back").read_bytes() == (tmp_path / "large").read_bytes()


def test_writing_is_tried_again(night, bucket, objects, tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    (tmp_path / "a.csv").write_text("text")
    for after_effect in (False, True):
        night.simulator.faults.add(
            Fault(FaultKind.DROP, operation="PutObject", times=1, after_effect=after_effect)
        )
        objects.write(tmp_path / "a.csv", bucket.place("a.csv"))
        assert bucket.content("a.csv") == b"text"


def test_what_has_to_be_new_replaces_nothing_where_s3_does_not_tell_what_is_there(night, bucket):
    run = night.plan(["user-0000"])
    bucket.put("rest.csv", "somebody else's")
    night.simulator.account.refused["GetObject"] = "AccessDenied"

    with pytest.raises(InputError, match="this object exists already; name a new one"):
        write_retry(run, bucket.place("rest.csv"))
    assert write_retry(run, bucket.place("another.csv")) == 1
    night.simulator.account.refused.clear()
    assert bucket.content("rest.csv") == b"somebody else's"


def test_of_two_who_write_a_new_object_at_once_one_is_refused(night, bucket, tmp_path):
    environment = load_environment(night.desk.folder / "environment.yaml")

    def write_what_another_has_written():
        with sent(bucket.place("rest.csv"), environment, is_new=True) as path:
            path.write_text("mine")
            bucket.put("rest.csv", "theirs")

    with pytest.raises(InputError, match="this object exists already"):
        write_what_another_has_written()
    assert bucket.content("rest.csv") == b"theirs"


def test_a_new_object_whose_answer_was_lost_is_written_once(night, bucket, objects, tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    (tmp_path / "a.csv").write_text("text")
    for number, after_effect in enumerate((False, True)):
        night.simulator.faults.add(
            Fault(FaultKind.DROP, operation="PutObject", times=1, after_effect=after_effect)
        )
        objects.write_new(tmp_path / "a.csv", bucket.place(f"{number}.csv"))
        assert bucket.content(f"{number}.csv") == b"text"
    with pytest.raises(InputError, match="this object exists already"):
        objects.write_new(tmp_path / "a.csv", bucket.place("0.csv"))


def test_a_report_that_cannot_be_written_says_why(night, bucket):
    run = night.plan(["user-0000"])
    night.simulator.account.refused["PutObject"] = "AccessDenied"

    with pytest.raises(Refused, match=r"a\.csv cannot be written: AccessDenied"):
        write_report(run, "csv", bucket.place("a.csv"))
    assert bucket.keys() == []


def test_what_lies_beside_a_file_is_sent_with_it(night, bucket):
    environment = load_environment(night.desk.folder / "environment.yaml")

    with sent(bucket.place("reports/a.html"), environment) as path:
        path.write_text("page")
        path.with_name("a.rows.csv.gz").write_text("rows")

    assert bucket.keys() == ["reports/a.html", "reports/a.rows.csv.gz"]


def test_nothing_is_sent_of_what_failed(night, bucket):
    environment = load_environment(night.desk.folder / "environment.yaml")

    def fail():
        with sent(bucket.place("a.html"), environment) as path:
            path.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert bucket.keys() == []


def test_the_manifest_of_what_is_left_is_new_in_s3_too(night, bucket):
    run = night.plan(["user-0000", "user-0001"])

    assert write_retry(run, bucket.place("left/rest.csv")) == 2
    with pytest.raises(InputError, match="this object exists already; name a new one"):
        write_retry(run, bucket.place("left/rest.csv"))
    night.desk.environment()
    assert night.status(night.planned(job_about(night, bucket.place("left/rest.csv"))))["rows"]["do"] == 2


def test_snapshots_and_manifests_of_a_pool_go_to_s3_and_are_planned_from_there(night, bucket):
    environment = night.desk.folder / "environment.yaml"
    pool, users = bucket.place("pool.parquet"), bucket.place("users.csv")

    users_of_pool(environment, Wanted(Select(everyone=True), users, pool), CLOCK)
    run = night.planned(job_about(night, users), snapshot=pool)

    assert night.status(run)["rows"]["do"] == 3
    assert night.status(run)["calls"] == {}
    with reading(run) as reader:
        assert reader.meta("snapshot")["path"] == str(pool)
    again = bucket.place("again.yaml")
    users_of_snapshot(pool, None, environment, Wanted(Select(everyone=True), again), CLOCK)
    assert b"user-0002" in bucket.content("again.yaml")
    with pytest.raises(InputError, match="this object exists already"):
        users_of_pool(environment, Wanted(snapshot=pool), CLOCK)
    with pytest.raises(InputError, match="add --environment"):
        users_of_snapshot(pool, None, None, Wanted(Select(everyone=True), again), CLOCK)


def test_a_bucket_that_is_not_there_is_found_before_a_long_read(night, bucket):
    missing = S3Object(f"no-{bucket.name}", "pool.parquet")

    with pytest.raises(InputError, match="there is no such bucket"):
        users_of_pool(night.desk.folder / "environment.yaml", Wanted(snapshot=missing), CLOCK)
    assert night.simulator.counters.effects("ListUsers") == 0


def test_those_who_are_left_out_may_be_listed_in_s3(night, bucket):
    place = bucket.put("done.csv", "username\nuser-0001\n")

    run = night.select({"status": "CONFIRMED", "not_in": str(place)})

    assert night.status(run)["rows"]["do"] == 2
    with reading(run) as reader:
        assert (
            reader.meta("selection")["not_in_sha256"] == hashlib.sha256(b"username\nuser-0001\n").hexdigest()
        )


def test_doctor_finds_what_cannot_be_read(night, bucket):
    place = bucket.put("users.csv", "username\nuser-0000\n")
    job = job_about(night, place)

    assert not [one for one in diagnose(job, None, CLOCK).findings if one.check == "objects"]
    night.simulator.account.refused["GetObject"] = "AccessDenied"
    (found,) = [one for one in diagnose(job, None, CLOCK).findings if one.check == "objects"]

    assert (found.severity.value, found.title) == ("problem", f"{place} cannot be read")
    assert "allow it to this caller" in found.advice


def test_the_policy_names_what_is_read_and_written_and_the_key(night):
    s3 = {"server_side_encryption": "aws:kms", "kms_key_id": "alias/reports"}
    night.environment(s3=s3)
    job = job_about(night, "s3://lists/tonight.csv")

    policy = iam_policy(
        job, Phase.APPLY, ACCOUNT, CLOCK, only_needed=True, written=S3Object("out", "reports/*")
    )

    told = {one["Sid"]: one for one in json.loads(as_json(policy))["Statement"]}
    read, written = told["BulkresetApplyReadObjects"], told["BulkresetApplyWrittenObjects"]
    assert (read["Action"], read["Resource"]) == (["s3:GetObject"], "arn:aws:s3:::lists/tonight.csv")
    assert written["Action"] == ["s3:AbortMultipartUpload", "s3:PutObject"]
    assert written["Resource"] == "arn:aws:s3:::out/reports/*"
    key = told["BulkresetApplyObjectKey"]
    assert key["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert key["Condition"] == {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/reports"}}


def test_a_job_without_s3_asks_for_none_of_it(night):
    policy = iam_policy(night.desk.job(["user-0000"]), Phase.APPLY, ACCOUNT, CLOCK, only_needed=False)

    assert "s3:" not in as_json(policy)


def test_only_a_bucket_of_the_expected_owner_is_asked(night, bucket, tmp_path):
    night.environment(s3={"expected_bucket_owner": "210987654321"})
    environment = load_environment(night.desk.folder / "environment.yaml")
    asked = Objects(Aws(environment, CLOCK), environment.s3)
    headers = []
    asked._client.meta.events.register(
        "before-call.s3", lambda params, **_named: headers.append(params["headers"])
    )
    Path(tmp_path, "a").write_text("a")

    asked.write(tmp_path / "a", bucket.place("a"))
    asked.try_to_read(bucket.place("a"))

    assert [one["x-amz-expected-bucket-owner"] for one in headers] == ["210987654321"] * 2
