"""The blast radius of a plan, checked before anything is written."""

from __future__ import annotations

FREE_OF_FRACTION = 10
"""So many users may always be changed, however small the pool: a fraction of few is noise."""


def cap_problems(users: int, pool_users: int, max_users: int, max_pool_fraction: float) -> list[str]:
    """What speaks against changing `users` of a pool of `pool_users`, with the numbers."""
    problems = []
    if users > max_users:
        problems.append(f"the plan changes {users:,} users and caps.max_users is {max_users:,}")
    fraction = users / pool_users if pool_users else 1.0
    if fraction > max_pool_fraction and users > FREE_OF_FRACTION:
        problems.append(
            f"the plan changes {users:,} of the pool's {pool_users:,} users ({fraction:.1%}) and "
            f"caps.max_pool_fraction is {max_pool_fraction:.1%}"
        )
    return problems
