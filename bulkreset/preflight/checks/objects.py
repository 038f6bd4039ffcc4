"""What the job reads from S3: whether it is there, and may be read. Every plan reads it in full."""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.permissions import GET_OBJECT
from bulkreset.preflight.terms import JobTerms


def _examine(facts: Facts, _terms: JobTerms) -> Found:
    for unread in facts.unread_of(GET_OBJECT):
        told, _, advice = unread.message.partition("; ")
        yield Told(
            Severity.PROBLEM,
            f"{unread.reason} cannot be read",
            f"the job cannot be planned: {told}",
            advice or "see whether it is there",
        )


CHECK = Check(
    "objects",
    "what the job reads from S3: whether it is there and may be read",
    "GetObject; Access denied (403 Forbidden) errors in Amazon S3",
    _examine,
)
