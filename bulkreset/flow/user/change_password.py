"""A change of the password by a user who is signed in, or who signs in for it."""

from __future__ import annotations

from bulkreset.cognito.app_answers import Failure, NewPasswordRequired, OtherChallenge, Tokens
from bulkreset.cognito.app_user import AppUser
from bulkreset.errors import InputError, Refused
from bulkreset.secrets.secret import Secret

NAMES = ("sub", "email", "phone_number", "preferred_username")
"""Attributes that a user may be called by, beside the username."""


def change_password(
    user: AppUser, username: str, previous: Secret, proposed: Secret, access_token: Secret | None
) -> Failure | None:
    """With the token given, after a look at whose it is; otherwise with one of a sign-in.

    Raises InputError where the token is another user's, and Refused where the sign-in brings a challenge.
    """
    token = access_token or _signed_in(user, username, previous)
    if isinstance(token, Failure):
        return token
    if access_token and (failure := _check_owner(user, username, access_token)):
        return failure
    return user.change_password(token, previous, proposed)


def _signed_in(user: AppUser, username: str, password: Secret) -> Secret | Failure:
    match user.sign_in(username, password):
        case Tokens(access=access):
            return access
        case NewPasswordRequired():
            raise Refused(
                "the password is a temporary one, and nothing was changed; "
                "the user replaces it at sign-in: `bulkreset user sign-in --new-password`"
            )
        case OtherChallenge(name=name):
            raise Refused(
                f"Cognito asks for {name} at sign-in, which bulkreset does not answer; nothing was changed; "
                "give an `access_token` of the application on standard input, with --secrets-stdin"
            )
        case failure:
            return failure


def _check_owner(user: AppUser, username: str, access_token: Secret) -> Failure | None:
    profile = user.get_user(access_token)
    if isinstance(profile, Failure):
        return profile
    names = {profile.username, *(profile.attributes.get(name, "") for name in NAMES)}
    if username.casefold() not in {name.casefold() for name in names if name}:
        raise InputError("the access token belongs to another user than the one named; nothing was changed")
    return None
