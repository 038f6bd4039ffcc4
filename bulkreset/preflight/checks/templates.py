"""What the mails of a reset say, as far as the pool's template tells.

Sources: API Reference, VerificationMessageTemplateType; Developer Guide, "Configuring MFA, authentication,
verification, and invitation messages". Which template a reset takes where addresses are verified by link,
AWS does not say.
"""

from __future__ import annotations

from bulkreset.account import Medium
from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms

WRITERS = frozenset({"CustomMessage", "CustomEmailSender"})


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if facts.settings is None or not terms.resets or not terms.sends(Medium.EMAIL):
        return
    if facts.settings.verifies_by_link:
        yield Told(
            Severity.NOTE,
            "the pool verifies addresses by a link, and a reset needs a code",
            "the template for links is about new addresses; a reset mail without a code would be of no use",
            "read the mail that one user gets before the first large wave",
        )
    if not facts.settings.has_email_text and not facts.settings.triggers & WRITERS:
        yield Told(
            Severity.NOTE,
            "the mails of the reset have AWS's own text",
            "a code and little else: no name of yours and no reason, so many users take it for a fraud, and "
            "nobody learns that the code ends after an hour",
            "write a template of your own (VerificationMessageTemplate), or announce the mail another way",
        )


CHECK = Check(
    "templates",
    "reset mails with AWS's own text; templates for links",
    "API Reference, VerificationMessageTemplateType",
    _examine,
)
