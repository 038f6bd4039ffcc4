"""What a pool asks of a password, in words."""

from __future__ import annotations

from bulkreset.pool import PasswordPolicy


def password_rules(policy: PasswordPolicy) -> str:
    """`at least 8 characters, with an uppercase letter and a digit`."""
    kinds = {
        "an uppercase letter": policy.uppercase,
        "a lowercase letter": policy.lowercase,
        "a digit": policy.numbers,
        "a symbol": policy.symbols,
    }
    asked = [name for name, is_asked in kinds.items() if is_asked]
    length = f"at least {policy.minimum_length} characters"
    if not asked:
        return length
    return f"{length}, with {' and '.join([', '.join(asked[:-1]), asked[-1]] if asked[1:] else asked)}"
