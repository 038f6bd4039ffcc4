"""set-permanent-password: a password that stays, chosen by whoever runs the job and not by the user."""

from __future__ import annotations

from bulkreset.actions.base import Action, PasswordUse, Sequel
from bulkreset.actions.password import leading_to, setting_password
from bulkreset.users import UserStatus

ACTION = Action(
    name="set-permanent-password",
    summary="set a password that stays until the user changes it",
    operation="AdminSetUserPassword",
    category="UserAccountRecovery",
    request=setting_password(permanent=True),
    sends_message=False,
    bills_user=True,
    repeat_safe=False,
    confirmed_by=leading_to(UserStatus.CONFIRMED),
    password=PasswordUse.HANDED_OUT,
    user_sees=(
        "The old password stops working, and nothing arrives: somebody has to hand the new password over. It "
        "stays the password until the user changes it."
    ),
    lasting="The old password does not come back.",
    sequel=Sequel.PASSWORD,
)
