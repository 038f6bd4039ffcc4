"""What secrets of AWS cost that hold passwords, and who else reads them.

Sources: AWS Secrets Manager pricing; AWS Secrets Manager User Guide, "Secret encryption and decryption".
"""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms


def _examine(_facts: Facts, terms: JobTerms) -> Found:
    place = terms.handout.secrets_manager if terms.handout else None
    if place is None:
        return
    if place.per == "user":
        yield Told(
            Severity.WARNING,
            "every user's password becomes a secret that AWS charges for by the month",
            "the number of users times the price of a secret, until they are deleted",
            "`per: batch` stores up to 500 passwords in one; delete them with `bulkreset handout purge`",
        )
    else:
        yield Told(
            Severity.NOTE,
            "passwords are stored in secrets that AWS charges for by the month",
            "each holds the passwords of up to 500 users, fewer where they are changed slowly",
            "delete them with `bulkreset handout purge` once they are handed out",
        )
    if place.kms_key is None:
        yield Told(
            Severity.NOTE,
            "the secrets are encrypted with the key that AWS manages for Secrets Manager",
            f"whoever in the account may read secrets under {place.prefix} reads the passwords",
            "name a `kms_key` whose key policy says who decrypts; `bulkreset iam-policy JOB --for handout` "
            "has what that takes",
        )


CHECK = Check(
    "secrets",
    "what it costs to hand passwords out by AWS Secrets Manager, and who else reads them",
    "AWS Secrets Manager User Guide, Secret encryption and decryption",
    _examine,
)
