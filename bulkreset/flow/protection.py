"""Who the protected people are in the pool: groups are read for their members."""

from __future__ import annotations

from bulkreset.cognito.directory import Directory
from bulkreset.errors import Refused
from bulkreset.settings.people import People


def members_of(directory: Directory, people: People) -> frozenset[str]:
    """The usernames of all members of the protected groups.

    Raises Refused for a group that cannot be read: who is in it would not be protected.
    """
    return frozenset().union(*(_members(directory, group) for group in people.groups))


def _members(directory: Directory, group: str) -> frozenset[str]:
    try:
        return frozenset(user.username for page in directory.members(group) for user in page)
    except Refused as error:
        raise Refused(
            f"the members of {group} cannot be read, so they would not be protected: {error}; "
            "write the group as the pool spells it, and allow cognito-idp:ListUsersInGroup"
        ) from error
