"""enable-user: let a disabled user sign in again."""

from __future__ import annotations

from bulkreset.actions.base import Action, Sequel, user_only

ACTION = Action(
    name="enable-user",
    summary="enable the user; tokens revoked when it was disabled stay dead",
    operation="AdminEnableUser",
    category="UserUpdate",
    request=user_only,
    sends_message=False,
    bills_user=False,
    repeat_safe=True,
    user_sees=("The user, who was shut out, can sign in again."),
    sequel=Sequel.ENABLED,
)
