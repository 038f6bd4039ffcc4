"""People named in settings: users by any of their names, and all members of groups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class People:
    """Users by username, sub, e-mail or phone number, and groups of the pool by name."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def and_also(self, others: People) -> People:
        return People(
            tuple(dict.fromkeys((*self.users, *others.users))),
            tuple(dict.fromkeys((*self.groups, *others.groups))),
        )
