"""Lambda triggers that write or send messages: they may break them, or hide that they failed.

What a function does cannot be seen, only that it is there. Sources: Developer Guide, "Customizing user pool
workflows with Lambda triggers", "Custom message Lambda trigger", "Custom email sender Lambda trigger".
"""

from __future__ import annotations

from collections.abc import Mapping

from bulkreset.account import Medium
from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms

SENDERS: Mapping[str, Medium] = {"CustomEmailSender": Medium.EMAIL, "CustomSMSSender": Medium.SMS}
WRITTEN = {Medium.EMAIL: "mails", Medium.SMS: "text messages"}


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if facts.settings is None or facts.pool is None:
        return
    present = facts.settings.triggers
    if "CustomMessage" in present and terms.messages:
        yield from _custom_message(facts.pool.email_sender, terms)
    for name, medium in SENDERS.items():
        if name in present and terms.sends(medium):
            yield Told(
                Severity.WARNING,
                f"{WRITTEN[medium]} are sent by a function of your own ({name})",
                "Cognito hands it the code and does not wait: where it fails nobody is told, and a row is "
                "done whose user got nothing; the sender's limits are the function's",
                "see that the function handles the source *_ForgotPassword, watch its errors and its queue, "
                "and try one user first",
            )


def _custom_message(sender: str, terms: JobTerms) -> Found:
    if sender == "COGNITO_DEFAULT" and terms.sends(Medium.EMAIL):
        yield Told(
            Severity.WARNING,
            "a CustomMessage trigger stands before Cognito's own sender, which takes no text for mails",
            "a function that returns emailMessage or emailSubject makes Cognito answer each reset with "
            "InvalidLambdaResponseException, and the row fails",
            "have the pool send with Amazon SES, or the function return neither; try one user first",
        )
        return
    yield Told(
        Severity.NOTE,
        "a CustomMessage trigger writes the messages",
        "it runs once for each message, has 5 seconds, and a row fails where it fails; it is told "
        "CustomMessage_ForgotPassword, and the job's `client_metadata`",
        "see that its concurrency bears the rate of the plan, and read the text that it sends to one user",
    )


CHECK = Check(
    "triggers",
    "functions that write or send the messages",
    "Developer Guide, Customizing user pool workflows with Lambda triggers",
    _examine,
    of_delivery=True,
)
