"""sign-out: revoke every token of the user."""

from __future__ import annotations

from bulkreset.actions.base import Action, user_only

ACTION = Action(
    name="sign-out",
    summary="revoke all refresh, access and ID tokens; offline-verified ones work until they expire",
    operation="AdminUserGlobalSignOut",
    category="UserUpdate",
    request=user_only,
    sends_message=False,
    bills_user=True,
    repeat_safe=True,
    user_sees=(
        "Every device is signed out and asks for a sign-in again, at the latest when its present token ends "
        "(an hour by default)."
    ),
    lasting=("A revoked session does not come back; the user signs in again."),
)
