"""disable-user: let a user sign in no more."""

from __future__ import annotations

from bulkreset.actions.base import Action, Sequel, user_only

ACTION = Action(
    name="disable-user",
    summary="disable the user, which revokes its access and refresh tokens as well",
    operation="AdminDisableUser",
    category="UserUpdate",
    request=user_only,
    sends_message=False,
    bills_user=False,
    repeat_safe=True,
    user_sees=(
        "Signing in is refused, and every device is signed out, at the latest when its present token ends "
        "(an hour by default)."
    ),
    lasting="A revoked session does not come back, also where the user is enabled again.",
    sequel=Sequel.DISABLED,
)
