"""Objects of S3: read whole and as they were sent, written in parts, both as often as it takes.

Reading changes nothing, and writing an object twice is writing it once: here botocore may try again.
"""

from __future__ import annotations

import hashlib
import mimetypes
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from bulkreset.cognito.object_faults import code_of, exists, failed
from bulkreset.cognito.session import Aws
from bulkreset.errors import Refused
from bulkreset.places import S3Object
from bulkreset.settings.s3 import S3

SERVICE = "s3"
TRIES = 5
CHUNK_BYTES = 1 << 20
PART_BYTES = 16 << 20
"""An object has up to 10,000 parts: 160 GB."""

TORN = (FlexibleChecksumError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
"""An answer that began and did not arrive whole, or not as it was sent."""

EMPTY = frozenset({"InvalidRange", "416"})
UNTOLD = frozenset({"NoSuchKey", "404", "AccessDenied", "403"})
TAKEN = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict"})


@dataclass(frozen=True, slots=True)
class Version:
    """Which state of an object was read; `version_id` is "" where the bucket keeps no versions."""

    etag: str
    version_id: str


class Objects:
    """The objects of S3 as an environment gives access to them.

    Methods raise InputError for a bucket or an object that is not there, and Refused where S3 does not
    allow it, or cannot be reached.
    """

    def __init__(self, aws: Aws, settings: S3) -> None:
        self._settings = settings
        self._client: Any = aws.repeating(SERVICE, settings.region or "", TRIES)
        owner = settings.expected_bucket_owner
        self._owner = {"ExpectedBucketOwner": owner} if owner else {}

    def read(self, what: S3Object, file: BinaryIO) -> Version:
        """Write an object into a file, whole; which state of it that was."""
        why = ""
        for _ in range(TRIES):
            file.seek(0)
            file.truncate()
            try:
                answer = self._get(what, ChecksumMode="ENABLED")
                # botocore compares length and checksum at the end.
                file.writelines(answer["Body"].iter_chunks(CHUNK_BYTES))
            except TORN as error:
                why = type(error).__name__
                continue
            except (ClientError, BotoCoreError) as error:
                raise failed("read", what, error) from None
            if "ETag" not in answer:
                why = "the answer is not from S3"
                continue
            version_id = str(answer.get("VersionId", ""))
            return Version(str(answer["ETag"]).strip('"'), "" if version_id == "null" else version_id)
        raise Refused(f"{what} did not arrive whole in {TRIES} tries ({why}); look at network and proxy")

    def try_to_read(self, what: S3Object) -> None:
        """Ask for the first byte of an object. Raises what `read` would."""
        error = self._refusal(what)
        if error is not None:
            raise failed("read", what, error)

    def refuse_existing(self, what: S3Object) -> None:
        """Raise InputError where there is such an object, as far as S3 tells, or no bucket for it."""
        error = self._refusal(what)
        if error is None:
            raise exists(what)
        if not isinstance(error, ClientError) or code_of(error) not in UNTOLD:
            raise failed("read", what, error)

    def _refusal(self, what: S3Object) -> ClientError | BotoCoreError | None:
        try:
            self._get(what, Range="bytes=0-0")["Body"].close()
        except ClientError as error:
            # An empty object has no first byte.
            return None if code_of(error) in EMPTY else error
        except BotoCoreError as error:
            return error
        return None

    def write(self, path: Path, what: S3Object) -> None:
        """Make a file an object, or the new state of one. It is there whole or not at all."""
        parts = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES)
        try:
            with path.open("rb") as file:
                self._client.upload_fileobj(
                    file, what.bucket, what.key, ExtraArgs=self._about(what), Config=parts
                )
        except (ClientError, BotoCoreError) as error:
            raise failed("written", what, error) from None

    def write_new(self, path: Path, what: S3Object) -> None:
        """Make a file of up to 5 GB an object that is not there yet; S3 itself refuses to replace one.

        Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes". Raises
        InputError where there is such an object by now.
        """
        try:
            with path.open("rb") as file:
                self._client.put_object(
                    Bucket=what.bucket, Key=what.key, Body=file, IfNoneMatch="*", **self._about(what)
                )
        except ClientError as error:
            if code_of(error) not in TAKEN:
                raise failed("written", what, error) from None
            # An earlier try may have written it, and its answer was lost.
            if not (_was_repeated(error) and self._holds(what, path)):
                raise exists(what) from None
        except BotoCoreError as error:
            raise failed("written", what, error) from None

    def _holds(self, what: S3Object, path: Path) -> bool:
        """Whether an object is this file, as far as S3 tells this caller."""
        with suppress(ClientError, BotoCoreError), path.open("rb") as file:
            found = self._client.head_object(
                Bucket=what.bucket, Key=what.key, ChecksumMode="ENABLED", **self._owner
            )
            wanted = hashlib.file_digest(file, "sha256").digest()
            return bool(found.get("ChecksumSHA256") == b64encode(wanted).decode())
        return False

    def _about(self, what: S3Object) -> dict[str, str]:
        """What is said of an object that is written."""
        kind, _ = mimetypes.guess_type(what.name)
        settings = {
            "ChecksumAlgorithm": "SHA256",
            "ContentType": kind,
            "ServerSideEncryption": self._settings.server_side_encryption,
            "SSEKMSKeyId": self._settings.kms_key_id,
        }
        return {name: value for name, value in settings.items() if value} | self._owner

    def _get(self, what: S3Object, **more: str) -> Any:  # noqa: ANN401 - as botocore has it
        return self._client.get_object(Bucket=what.bucket, Key=what.key, **more, **self._owner)


def _was_repeated(error: ClientError) -> bool:
    return int(error.response["ResponseMetadata"].get("RetryAttempts", 0)) > 0
