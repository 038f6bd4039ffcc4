"""scramble-password: a permanent password that nobody knows, so that only recovery lets the user in."""

from __future__ import annotations

from bulkreset.actions.base import Action, PasswordUse, Sequel
from bulkreset.actions.password import leading_to, setting_password
from bulkreset.users import UserStatus

ACTION = Action(
    name="scramble-password",
    summary="set a permanent password that nobody knows: the user recovers by “forgot password”",
    operation="AdminSetUserPassword",
    category="UserAccountRecovery",
    request=setting_password(permanent=True),
    sends_message=False,
    bills_user=True,
    repeat_safe=False,
    confirmed_by=leading_to(UserStatus.CONFIRMED),
    password=PasswordUse.DISCARDED,
    user_sees=(
        "The old password stops working, as if it were wrong, and nothing arrives. “Forgot password” sends a "
        "code to a verified contact, and with it the user chooses a new password."
    ),
    lasting="The old password does not come back, and the new one is known to nobody.",
    sequel=Sequel.RECOVERY,
)
