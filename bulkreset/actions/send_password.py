"""send-password: mail the password that was set to the user, by Amazon SES.

SES tells nobody afterwards whether it took a mail, so a lost answer stays unknown: a second mail would do no
harm to the password, but nobody gets two (SES API v2, SendEmail).
"""

from __future__ import annotations

from bulkreset.actions.base import SES, Action, Evidence, Target, Verdict
from bulkreset.rates.quotas import EMAIL_SENDS


def _request(target: Target) -> dict[str, object]:
    """Raises ValueError for a target without a mail."""
    mail = target.mail
    if mail is None:
        raise ValueError("there is no mail to send")
    request: dict[str, object] = {
        "FromEmailAddress": mail.sender,
        "Destination": {"ToAddresses": [mail.recipient]},
        "Content": {
            "Simple": {"Subject": _utf8(mail.subject), "Body": {"Text": _utf8(mail.text.reveal())}},
        },
    }
    if mail.reply_to:
        request["ReplyToAddresses"] = [mail.reply_to]
    if mail.configuration_set:
        request["ConfigurationSetName"] = mail.configuration_set
    return request


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _confirmed_by(_evidence: Evidence) -> Verdict:
    return Verdict.CANNOT_TELL


ACTION = Action(
    name="send-password",
    summary="mail the password that was set to the user, by Amazon SES",
    operation="SendEmail",
    category=EMAIL_SENDS,
    request=_request,
    sends_message=True,
    bills_user=False,
    repeat_safe=False,
    confirmed_by=_confirmed_by,
    service=SES,
    carries_password=True,
    user_sees="A mail with the new password arrives.",
    lasting="A mail that was sent cannot be called back, and stays in the mailbox with the password in it.",
)
