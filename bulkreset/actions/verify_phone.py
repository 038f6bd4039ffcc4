"""verify-phone: mark the user's phone number as verified, without a message."""

from __future__ import annotations

from bulkreset.actions.base import Action, marking_verified

ACTION = Action(
    name="verify-phone",
    summary="mark the phone number of the user as verified",
    operation="AdminUpdateUserAttributes",
    category="UserUpdate",
    request=marking_verified("phone_number"),
    sends_message=False,
    bills_user=True,
    repeat_safe=True,
    vouches_for_contact=True,
)
