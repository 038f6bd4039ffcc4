"""The real command with its manifest and its reports in S3."""

from __future__ import annotations

from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from command import verified_users


@pytest.fixture
def bucket_of():
    """Makes a bucket in a simulator; gives the client and the bucket's name."""

    def bucket_of(simulator):
        aws = boto3.client(
            "s3",
            endpoint_url=simulator.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id="emulated",
            aws_secret_access_key="emulated",
            config=Config(s3={"addressing_style": "path"}),
        )
        name = f"bucket-{uuid4().hex[:12]}"
        aws.create_bucket(Bucket=name)
        return aws, name

    return bucket_of


def test_a_run_from_a_manifest_to_an_encrypted_report_in_s3(scene, bucket_of):
    encryption = {"server_side_encryption": "aws:kms", "kms_key_id": "alias/reports"}
    simulator, desk, command = scene(verified_users(3), environment={"s3": encryption})
    aws, bucket = bucket_of(simulator)
    lines = ["username,ticket", *(f"user-{number:04d},INC-{number}" for number in range(3)), "nobody,INC-9"]
    aws.put_object(Bucket=bucket, Key="in/users.csv", Body="\r\n".join(lines).encode())
    desk.job([], manifest=f"s3://{bucket}/in/users.csv")

    assert command.plan_and_apply("a.run").code == 1
    for name in ("report.csv", "report.xlsx"):
        sent = command("report", "a.run", "--format", name[7:], "--out", f"s3://{bucket}/out/{name}")
        assert (sent.code, sent.err) == (0, "")
        about = aws.head_object(Bucket=bucket, Key=f"out/{name}")
        assert (about["ServerSideEncryption"], about["SSEKMSKeyId"]) == ("aws:kms", "alias/reports")
        assert about["ContentLength"] > 0
    report = aws.get_object(Bucket=bucket, Key="out/report.csv")["Body"].read().decode()
    assert [line.split(",")[6] for line in report.splitlines()[1:]] == ["done", "done", "done", "blocked"]
    assert report.splitlines()[1].endswith(",INC-0")

    left = command("retry", "a.run", "--out", f"s3://{bucket}/in/rest.csv")
    assert left.code == 0, left.err
    assert f"1 rows in s3://{bucket}/in/rest.csv" in left.out
    missing = command("report", "a.run", "--out", f"s3://no-{bucket}/report.csv")
    assert (missing.code, missing.err.splitlines()[-1]) == (
        2,
        f"bulkreset: s3://no-{bucket}/report.csv: there is no such bucket; see whether its name is right",
    )
    assert sorted(path.name for path in desk.folder.iterdir() if "a.run" not in path.name) == [
        "environment.yaml",
        "job.yaml",
        "users.csv",
    ]
