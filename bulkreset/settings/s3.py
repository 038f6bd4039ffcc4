"""The s3 section: how objects of S3 are read and written, by the names that S3 has for it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bulkreset.settings.approval import KMS_KEY
from bulkreset.settings.fields import Section, wrong
from bulkreset.settings.secrets_manager import REGION


class S3(Section):
    """Where the buckets are, whose they are, and how S3 encrypts what is written."""

    region: Annotated[str, Field(pattern=REGION)] | None = Field(
        default=None,
        description="AWS region of the buckets; that of the pool if left out.",
        examples=["eu-central-1"],
    )
    server_side_encryption: Literal["AES256", "aws:kms", "aws:kms:dsse"] | None = Field(
        default=None,
        description="How S3 encrypts what is written; as the bucket has it by default if left out.",
        examples=["aws:kms"],
    )
    kms_key_id: Annotated[str, Field(max_length=2048, pattern=KMS_KEY)] | None = Field(
        default=None,
        description=(
            "KMS key that S3 encrypts with, by alias or ARN; `aws/s3`, which AWS manages, if left out."
        ),
        examples=["alias/reports"],
    )
    expected_bucket_owner: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = Field(
        default=None,
        description="Account that has to own every bucket; S3 refuses to read from and write to any other.",
        examples=["123456789012"],
    )

    @model_validator(mode="after")
    def _a_key_is_for_kms(self) -> "S3":
        if self.kms_key_id is not None and self.server_side_encryption not in ("aws:kms", "aws:kms:dsse"):
            raise wrong(
                "has a `kms_key_id` that S3 would not use", "add `server_side_encryption: aws:kms` beside it"
            )
        return self
