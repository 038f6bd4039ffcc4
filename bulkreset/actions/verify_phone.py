"""verify-phone: mark the user's phone number as verified, without a message."""

from __future__ import annotations

from bulkreset.actions.base import Action, Sequel, marking_verified

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
    user_sees=("No message. From now on codes can go to the phone number that is on file."),
    lasting=(
        "Whoever owns that number can recover the account. The mark can be taken away again, a recovery in "
        "between cannot."
    ),
    sequel=Sequel.PHONE_VERIFIED,
)
