"""disable-user: let a user sign in no more."""

from __future__ import annotations

from bulkreset.actions.base import Action, user_only

ACTION = Action(
    name="disable-user",
    summary="disable the user, which revokes its access and refresh tokens as well",
    operation="AdminDisableUser",
    category="UserUpdate",
    request=user_only,
    sends_message=False,
    bills_user=False,
    repeat_safe=True,
)
