"""Objects of S3: read whole and as they were sent, written in parts, both as often as it takes.

Reading changes nothing, and writing an object twice is writing it once: here botocore may try again.
"""

from __future__ import annotations

import mimetypes
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

from bulkreset.cognito.session import Aws
from bulkreset.errors import InputError, Problem, Refused
from bulkreset.places import S3Object
from bulkreset.settings.s3 import S3

SERVICE = "s3"
TRIES = 5
CHUNK_BYTES = 1 << 20
PART_BYTES = 16 << 20
"""An object has up to 10,000 parts: 160 GB."""

TORN = (FlexibleChecksumError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
"""An answer that began and did not arrive whole, or not as it was sent."""

MISSING = {
    "NoSuchBucket": ("there is no such bucket", "see whether its name is right"),
    "NoSuchKey": ("there is no such object", "see what is there with `aws s3 ls`"),
}

EMPTY = frozenset({"InvalidRange", "416"})
UNTOLD = frozenset({"NoSuchKey", "404", "AccessDenied", "403"})

DENIED = (
    "allow it to this caller (`bulkreset iam-policy JOB` prints what it takes) in the policy of IAM, of the "
    "bucket and of its KMS key; of an object that is not there S3 says the same"
)
ELSEWHERE = "the bucket is in another region; name that as `s3: {region: …}` in the environment"
OF_KEY = "see whether the KMS key is there, enabled, and allowed to this caller"
ADVICE = {
    "AccessDenied": DENIED,
    "AllAccessDisabled": DENIED,
    "AuthorizationHeaderMalformed": ELSEWHERE,
    "IllegalLocationConstraintException": ELSEWHERE,
    "InvalidObjectState": "it is archived: restore it first",
    "KMS.DisabledException": OF_KEY,
    "KMS.InvalidStateException": OF_KEY,
    "KMS.KMSInvalidStateException": OF_KEY,
    "KMS.NotFoundException": OF_KEY,
    "PermanentRedirect": ELSEWHERE,
    "301": ELSEWHERE,
    "403": DENIED,
}


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
                raise _failed("read", what, error) from None
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
            raise _failed("read", what, error)

    def is_there(self, what: S3Object) -> bool:
        """Whether there is such an object, as far as S3 tells this caller; False where it does not.

        Raises InputError where there is no bucket for it.
        """
        error = self._refusal(what)
        if isinstance(error, ClientError) and _code(error) in UNTOLD:
            return False
        if error is not None:
            raise _failed("read", what, error)
        return True

    def _refusal(self, what: S3Object) -> ClientError | BotoCoreError | None:
        try:
            self._get(what, Range="bytes=0-0")["Body"].close()
        except ClientError as error:
            # An empty object has no first byte.
            return None if _code(error) in EMPTY else error
        except BotoCoreError as error:
            return error
        return None

    def write(self, path: Path, what: S3Object) -> None:
        """Make a file an object, or the new state of one. It is there whole or not at all."""
        kind, _ = mimetypes.guess_type(what.name)
        settings = {
            "ContentType": kind,
            "ServerSideEncryption": self._settings.server_side_encryption,
            "SSEKMSKeyId": self._settings.kms_key_id,
        }
        more = {name: value for name, value in settings.items() if value} | self._owner
        parts = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES)
        try:
            with path.open("rb") as file:
                self._client.upload_fileobj(
                    file,
                    what.bucket,
                    what.key,
                    ExtraArgs={"ChecksumAlgorithm": "SHA256", **more},
                    Config=parts,
                )
        except (ClientError, BotoCoreError) as error:
            raise _failed("written", what, error) from None

    def _get(self, what: S3Object, **more: str) -> Any:  # noqa: ANN401 - as botocore has it
        return self._client.get_object(Bucket=what.bucket, Key=what.key, **more, **self._owner)


def _failed(done: str, what: S3Object, error: ClientError | BotoCoreError) -> InputError | Refused:
    if not isinstance(error, ClientError):
        return Refused(f"{what} cannot be {done}: {error}; look at the network, the proxy and endpoint_url")
    code = _code(error)
    if code in MISSING:
        message, advice = MISSING[code]
        return InputError(Problem(message, advice, str(what)))
    message = error.response.get("Error", {}).get("Message", "")
    told = f"{what} cannot be {done}: {code}: {message}".rstrip(": .")
    return Refused(f"{told}; {ADVICE[code]}{_region_told(error)}" if code in ADVICE else told)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _region_told(error: ClientError) -> str:
    """The bucket's region, if S3 says it."""
    with suppress(KeyError):
        region = error.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"]
        return f" (S3 says {region})" if ADVICE.get(_code(error)) == ELSEWHERE else ""
    return ""
