"""Who a name means in one pool, and who holds a contact.

moto searches the whole pool for every name; here names and contacts are indexed.
"""

from __future__ import annotations

from collections.abc import Iterable

from bulkreset.simulator.engine import Pool, User

CONTACTS = ("email", "phone_number")
INDEXED = (*CONTACTS, "preferred_username", "sub")


def verified(user: User, attribute: str) -> bool:
    return bool(user.attribute_lookup.get(attribute)) and (
        user.attribute_lookup.get(f"{attribute}_verified", "") == "true"
    )


class Directory:
    """The users of one moto pool by name. Every change of a user has to be told to `index`."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        config = pool.extended_config
        self.username_attributes = tuple(config.get("UsernameAttributes") or ())
        self.alias_attributes = tuple(config.get("AliasAttributes") or ())
        self.case_sensitive = bool((config.get("UsernameConfiguration") or {}).get("CaseSensitive", True))
        self._holders: dict[str, dict[str, dict[str, None]]] = {attribute: {} for attribute in INDEXED}
        self._indexed: dict[str, dict[str, str]] = {}
        for user in pool.users.values():
            self.index(user)
        pool._get_user = self.find  # type: ignore[method-assign,assignment] # moto resolves names by it

    @property
    def size(self) -> int:
        return len(self._indexed)

    def folded(self, name: str) -> str:
        return name if self.case_sensitive else name.lower()

    def index(self, user: User) -> None:
        """Takes up a new or changed user."""
        held = {
            attribute: value.lower()
            for attribute in INDEXED
            if (value := user.attribute_lookup.get(attribute, ""))
        }
        if self._indexed.get(user.username) == held:
            return
        self.forget(user.username)
        for attribute, value in held.items():
            self._holders[attribute].setdefault(value, {})[user.username] = None
        self._indexed[user.username] = held

    def forget(self, username: str) -> None:
        for attribute, value in self._indexed.pop(username, {}).items():
            holders = self._holders[attribute][value]
            del holders[username]
            if not holders:
                del self._holders[attribute][value]

    def find(self, name: str) -> User | None:
        """The user that `name` means in an API call: a username, or an active alias."""
        if not name:
            return None
        by_username = self.pool.users.get(name) or self.pool.users.get(self.folded(name))
        if by_username is not None:
            return by_username
        for attribute in self.username_attributes:
            for user in self._held_as_alias(attribute, name):
                return user
        for attribute in self.alias_attributes:
            for user in self._held_as_alias(attribute, name):
                if attribute not in CONTACTS or verified(user, attribute):
                    return user
        return None

    def holders(self, attribute: str, value: str) -> list[User]:
        """Users with this contact, in any case of letters, whether verified or not; the latest first."""
        names = self._holders[attribute].get(value.lower(), {})
        return [self.pool.users[name] for name in reversed(names) if name in self.pool.users]

    def names_by(self, attribute: str, value: str) -> list[str] | None:
        """Usernames that may have this value, in any case of letters; None when that is not indexed."""
        if attribute == "username":
            return [value] if value in self._indexed else []
        if attribute not in INDEXED:
            return None
        return list(self._holders[attribute].get(value.lower(), ()))

    def _held_as_alias(self, attribute: str, name: str) -> Iterable[User]:
        for user in self.holders(attribute, name):
            if self.folded(user.attribute_lookup[attribute]) == self.folded(name):
                yield user

    def missing_and_gone(self) -> tuple[list[User], list[str]]:
        """Users of the pool not indexed yet, and indexed names that left the pool."""
        users = self.pool.users
        missing = [user for name, user in users.items() if name not in self._indexed]
        return missing, [name for name in self._indexed if name not in users]
