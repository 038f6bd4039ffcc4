"""The pool's password policy, with Cognito's own words for each breach."""

from __future__ import annotations

from bulkreset.simulator.calls import CognitoError
from bulkreset.simulator.engine import Pool

SYMBOLS = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-")
MAX_LENGTH = 256


def check_password(pool: Pool, password: str) -> None:
    """Raises CognitoError when the pool would not take this password."""
    if not password or len(password) > MAX_LENGTH or any(character.isspace() for character in password):
        raise CognitoError(
            "InvalidParameterException",
            "1 validation error detected: Value at 'password' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [\\S]+",
        )
    breach = _breach(policy_of(pool), password)
    if breach:
        raise CognitoError("InvalidPasswordException", f"Password does not conform to policy: {breach}")


def policy_of(pool: Pool) -> dict[str, object]:
    """The PasswordPolicy of the pool; empty where it has none of its own."""
    found: dict[str, object] = (pool.extended_config.get("Policies") or {}).get("PasswordPolicy") or {}
    return found


def _breach(policy: dict[str, object], password: str) -> str:
    if len(password) < int(str(policy.get("MinimumLength", 8))):
        return "Password not long enough"
    demands = (
        ("RequireUppercase", "uppercase", str.isupper),
        ("RequireLowercase", "lowercase", str.islower),
        ("RequireNumbers", "numeric", str.isdecimal),
        ("RequireSymbols", "symbol", SYMBOLS.__contains__),
    )
    for key, word, is_one in demands:
        if policy.get(key) and not any(is_one(character) for character in password):
            return f"Password must have {word} characters"
    return ""
