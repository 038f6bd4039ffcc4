"""Which rows have their password mailed: those that are given one, of users with a verified address.

The mail goes last: a user who signed in with it before the sign-out would be thrown out again.
"""

from __future__ import annotations

from bulkreset.actions.base import PasswordUse
from bulkreset.actions.registry import actions
from bulkreset.users import Contact

SEND = "send-password"


def with_delivery(steps: tuple[str, ...], email: Contact) -> tuple[str, ...]:
    """The steps of a row whose job delivers passwords."""
    is_given = any(actions()[name].password is PasswordUse.HANDED_OUT for name in steps)
    return (*steps, SEND) if is_given and email is Contact.VERIFIED else steps
