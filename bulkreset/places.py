"""Where a manifest, a snapshot or a report may be: a file on this machine, or an object in S3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bulkreset.errors import InputError, Problem

SCHEME = "s3://"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
LONGEST_KEY = 1024
LONGEST_NAME = 200
"""In bytes: of a key by S3's rule, of its last part as a file of this machine can be called."""

EXAMPLE = "write for example `s3://bucket/folder/users.csv`"


@dataclass(frozen=True, slots=True)
class S3Object:
    """An object of a bucket; as text it is the URL that the AWS tools write."""

    bucket: str
    key: str

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}"


Place = Path | S3Object


def is_on_s3(written: object) -> bool:
    return isinstance(written, str) and written.strip().lower().startswith(SCHEME)


def place_of(written: str) -> Place:
    """The place that a text means. Raises InputError for what cannot be an object of S3."""
    if not is_on_s3(written):
        return Path(written)
    bucket, _, key = written.strip()[len(SCHEME) :].partition("/")
    if not BUCKET.fullmatch(bucket):
        raise InputError(Problem(f"{bucket!r} cannot be the name of a bucket", EXAMPLE, written))
    if not key or key.endswith("/"):
        raise InputError(Problem("the name of the object is missing", EXAMPLE, written))
    if {".", ".."} & set(key.split("/")):
        raise InputError(Problem("an object's key has no `.` and `..`", EXAMPLE, written))
    if len(key.encode("utf-8", "replace")) > LONGEST_KEY:
        raise InputError(Problem(f"a key has up to {LONGEST_KEY} bytes", EXAMPLE, written))
    found = S3Object(bucket, key)
    if len(found.name.encode("utf-8", "replace")) > LONGEST_NAME:
        raise InputError(Problem(f"the last part of a key has up to {LONGEST_NAME} bytes", EXAMPLE, written))
    return found
