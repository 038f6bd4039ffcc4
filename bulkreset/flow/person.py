"""One user, read as far as a diagnosis needs it. Bills nobody unless it is read in full."""

from __future__ import annotations

from dataclasses import replace

from bulkreset.account import Medium
from bulkreset.cognito.account.sender import suppression
from bulkreset.cognito.optional import wanted
from bulkreset.cognito.parsing import user_from_get
from bulkreset.flow.access import Access
from bulkreset.planning.identifiers import attributes_to_try, may_be
from bulkreset.pool import PoolFacts
from bulkreset.preflight.facts import Suppression, Unread
from bulkreset.preflight.person import Person, chosen_medium
from bulkreset.users import IdentifierKind, UserState


def read_person(access: Access, pool: PoolFacts, name: str, *, reads_mfa: bool) -> Person:
    """Whom a name means: a username, sub, e-mail address or phone number. Takes a few ListUsers at most."""
    person = Person(name, tuple(users_called(access, pool, name)), access.now())
    if person.user and reads_mfa:
        person = _read_in_full(access, person, person.user)
    if person.user is None or pool.email_sender != "DEVELOPER":
        return person
    if chosen_medium(person.user, pool) is not Medium.EMAIL:
        return person
    told = suppression(person.user.email, pool, access.client.services)
    if isinstance(told, Unread):
        return replace(person, unread=(*person.unread, told))
    return replace(person, suppression=told) if isinstance(told, Suppression) else person


def users_called(access: Access, pool: PoolFacts, name: str) -> list[UserState]:
    """Whom a name may mean: by the first attribute that somebody has with this value."""
    usual = attributes_to_try(IdentifierKind.USERNAME, pool)
    for attribute in dict.fromkeys((*usual, "email", "phone_number", "sub")):
        if not may_be(name, attribute):
            continue
        is_folded = attribute == "username" and not pool.case_sensitive
        found = access.directory.look_up(attribute, name.lower() if is_folded else name)
        if found:
            return list({user.username: user for user in found}.values())
    return []


def _read_in_full(access: Access, person: Person, user: UserState) -> Person:
    answer = wanted(access.directory, "AdminGetUser", {"Username": user.username}, expecting="Username")
    if isinstance(answer, Unread):
        return replace(person, unread=(*person.unread, answer))
    return replace(person, found=(user_from_get(answer),), mfa_read=True)
