"""set-temporary-password: a password that the user has to replace at the next sign-in.

Cognito sends nobody a message: whoever hands the password out has to (Developer Guide, "Passwords, account
recovery, and password policies").
"""

from __future__ import annotations

from bulkreset.actions.base import Action, PasswordUse, Sequel
from bulkreset.actions.password import leading_to, setting_password
from bulkreset.users import UserStatus

ACTION = Action(
    name="set-temporary-password",
    summary="set a temporary password, which the user must replace at the next sign-in",
    operation="AdminSetUserPassword",
    category="UserAccountRecovery",
    request=setting_password(permanent=False),
    sends_message=False,
    bills_user=True,
    repeat_safe=False,
    confirmed_by=leading_to(UserStatus.FORCE_CHANGE_PASSWORD),
    password=PasswordUse.HANDED_OUT,
    user_sees=(
        "The old password stops working, and nothing arrives: somebody has to hand the temporary password "
        "over. Signing in with it asks for a new one. It is valid for as many days as the pool says."
    ),
    lasting=(
        "The old password does not come back. Whoever does not sign in before the temporary password ends is "
        "locked out until an administrator gives another."
    ),
    sequel=Sequel.TEMPORARY,
)
