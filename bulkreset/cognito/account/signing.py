"""Signatures by an asymmetric KMS key: who may sign, and who may have one checked, its key policy decides."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bulkreset.cognito.account.asking import Unreadable, ask
from bulkreset.cognito.session import Aws
from bulkreset.errors import Refused
from bulkreset.pool import REGION, field_of_arn

HASHES: Mapping[str, Callable[[bytes], Any]] = MappingProxyType(
    {
        "RSASSA_PSS_SHA_256": hashlib.sha256,
        "ECDSA_SHA_256": hashlib.sha256,
        "ECDSA_SHA_384": hashlib.sha384,
        "ECDSA_SHA_512": hashlib.sha512,
    }
)
"""What is signed with, by the first that a key offers, and the hash that each takes."""

INVALID = "KMSInvalidSignatureException"

ADVICE = {
    "AccessDeniedException": "the key's policy has to allow it to this caller",
    "DisabledException": "enable the key",
    "KMSInvalidStateException": "see the state of the key in KMS",
    "NotFoundException": "write the ARN of the key: an alias is one of the caller's own account",
}


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature, and the key and the way that it was made by."""

    key_arn: str
    algorithm: str
    value: bytes


def sign(aws: Aws, key: str, message: bytes) -> Signature:
    """Sign a message. Raises Refused where the key cannot be used."""
    kms = _client(aws, key)
    try:
        described = ask(kms.describe_key, expecting="KeyMetadata", KeyId=key)["KeyMetadata"]
        algorithm = next((name for name in HASHES if name in described.get("SigningAlgorithms", ())), None)
        if algorithm is None:
            raise Refused(
                f"{key} is no key to sign with; make one with the key usage SIGN_VERIFY, as ECC_NIST_P256"
            )
        answer = ask(
            kms.sign,
            expecting="Signature",
            KeyId=key,
            Message=HASHES[algorithm](message).digest(),
            MessageType="DIGEST",
            SigningAlgorithm=algorithm,
        )
    except Unreadable as error:
        raise _refused("sign", key, error) from error
    return Signature(str(answer.get("KeyId", "")), algorithm, bytes(answer["Signature"]))


def is_signed(aws: Aws, key: str, message: bytes, algorithm: str, signature: bytes) -> bool:
    """Whether a signature is that of this key for this message. Raises Refused where KMS does not tell."""
    if algorithm not in HASHES or not signature:
        return False
    try:
        answer = ask(
            _client(aws, key).verify,
            expecting="SignatureValid",
            KeyId=key,
            Message=HASHES[algorithm](message).digest(),
            MessageType="DIGEST",
            Signature=signature,
            SigningAlgorithm=algorithm,
        )
    except Unreadable as error:
        if error.reason == INVALID:
            return False
        raise _refused("verify", key, error) from error
    return answer["SignatureValid"] is True


def _client(aws: Aws, key: str) -> Any:  # noqa: ANN401 - botocore makes its classes at run time
    return aws.client("kms", field_of_arn(key, REGION))


def _refused(verb: str, key: str, error: Unreadable) -> Refused:
    advice = ADVICE.get(error.reason, "try again")
    return Refused(f"kms:{verb.title()} with {key}: {error.reason}; {advice}")
