"""resend-invitation: a new temporary password for a user who never used the first, sent by Cognito itself."""

from __future__ import annotations

from bulkreset.actions.base import Action, Evidence, Sequel, Target, Verdict, user_only
from bulkreset.actions.password import LONGEST_EFFECT_SECONDS
from bulkreset.users import UserStatus


def _request(target: Target) -> dict[str, object]:
    """Without DesiredDeliveryMediums Cognito would use SMS (API Reference, AdminCreateUser)."""
    request = {
        **user_only(target),
        "MessageAction": "RESEND",
        "DesiredDeliveryMediums": [target.medium.upper() or "EMAIL"],
    }
    if target.client_metadata:
        request["ClientMetadata"] = dict(target.client_metadata)
    return request


def _confirmed_by(evidence: Evidence) -> Verdict:
    """The status stays what it was, so only the time of the last change can tell.

    AWS does not say that an invitation moves UserLastModifiedDate, so one that did not move proves nothing:
    the invitation is not sent a second time on the chance.
    """
    after = evidence.now.modified_at - evidence.called_at
    is_invited = evidence.now.status is UserStatus.FORCE_CHANGE_PASSWORD
    return Verdict.EFFECT if is_invited and 0 <= after <= LONGEST_EFFECT_SECONDS else Verdict.CANNOT_TELL


ACTION = Action(
    name="resend-invitation",
    summary="send the invitation again, with a new temporary password that Cognito makes",
    operation="AdminCreateUser",
    category="UserCreation",
    request=_request,
    sends_message=True,
    bills_user=False,
    repeat_safe=False,
    confirmed_by=_confirmed_by,
    user_sees=(
        "An invitation arrives with a new temporary password; the one before stops working. Signing in with "
        "it asks for a new password."
    ),
    lasting="A message that was sent cannot be called back.",
    sequel=Sequel.TEMPORARY,
)
