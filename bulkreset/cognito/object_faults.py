"""What S3 answers where it does not do as asked, as an error with what to do about it."""

from __future__ import annotations

from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from bulkreset.errors import InputError, Problem, Refused
from bulkreset.places import S3Object

MISSING = {
    "NoSuchBucket": ("there is no such bucket", "see whether its name is right"),
    "NoSuchKey": ("there is no such object", "see what is there with `aws s3 ls`"),
}

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


def exists(what: S3Object) -> InputError:
    """The error where an object was to be new, and is there."""
    return InputError(Problem("this object exists already", "name a new one", str(what)))


def failed(done: str, what: S3Object, error: ClientError | BotoCoreError) -> InputError | Refused:
    """The error where an object could not be read or written, as `done` says."""
    if not isinstance(error, ClientError):
        return Refused(f"{what} cannot be {done}: {error}; look at the network, the proxy and endpoint_url")
    code = code_of(error)
    if code in MISSING:
        message, advice = MISSING[code]
        return InputError(Problem(message, advice, str(what)))
    message = error.response.get("Error", {}).get("Message", "")
    told = f"{what} cannot be {done}: {code}: {message}".rstrip(": .")
    return Refused(f"{told}; {ADVICE[code]}{_region_told(error)}" if code in ADVICE else told)


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _region_told(error: ClientError) -> str:
    """The bucket's region, if S3 says it."""
    with suppress(KeyError):
        region = error.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"]
        return f" (S3 says {region})" if ADVICE.get(code_of(error)) == ELSEWHERE else ""
    return ""
