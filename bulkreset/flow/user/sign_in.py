"""A user's sign-in, with an answer to the challenge of a temporary password where there is one to give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bulkreset.cognito.app_answers import Failure, NewPasswordRequired, OtherChallenge, SignIn, Tokens
from bulkreset.cognito.app_user import AppUser
from bulkreset.errors import InputError
from bulkreset.secrets.secret import Secret


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How a sign-in ended. `is_new`: Cognito asked for a new password and took the one given."""

    answer: Tokens | NewPasswordRequired | OtherChallenge
    is_new: bool = False


def sign_in(
    user: AppUser,
    username: str,
    password: Secret,
    new_password: Callable[[], Secret] | None,
    attributes: Mapping[str, str],
) -> SignedIn | Failure:
    """`new_password` is asked only where Cognito does.

    Raises InputError, before the challenge is answered, where `attributes` lack one that it requires.
    """
    first = user.sign_in(username, password)
    if isinstance(first, NewPasswordRequired) and new_password is not None:
        missing = [name for name in first.required if not attributes.get(name)]
        if missing:
            raise InputError(
                f"Cognito asks for {', '.join(missing)} together with the new password, and nothing was set; "
                f"give {' '.join(f'--attribute {name}=VALUE' for name in missing)}"
            )
        return _ended(user.answer_new_password(first, new_password(), attributes), is_new=True)
    return _ended(first, is_new=False)


def _ended(answer: SignIn, *, is_new: bool) -> SignedIn | Failure:
    return answer if isinstance(answer, Failure) else SignedIn(answer, is_new)
