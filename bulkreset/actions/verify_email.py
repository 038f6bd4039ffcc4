"""verify-email: mark the user's e-mail address as verified, without a message."""

from __future__ import annotations

from bulkreset.actions.base import Action, Sequel, marking_verified

ACTION = Action(
    name="verify-email",
    summary="mark the e-mail address of the user as verified",
    operation="AdminUpdateUserAttributes",
    category="UserUpdate",
    request=marking_verified("email"),
    sends_message=False,
    bills_user=True,
    repeat_safe=True,
    vouches_for_contact=True,
    user_sees=("No message. From now on codes can go to the e-mail address that is on file."),
    lasting=(
        "Whoever owns that address can recover the account. The mark can be taken away again, a recovery in "
        "between cannot."
    ),
    sequel=Sequel.EMAIL_VERIFIED,
)
