"""What a plan predicts, held against what became of a simulated pool."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bulkreset.actions.registry import actions
from bulkreset.simulator import DEMO_POOL_ID, SimulatedUser, Simulator

Pool = Mapping[str, SimulatedUser]
Rows = Iterable[Mapping[str, Any]]


def states(simulator: Simulator) -> Pool:
    """Every user, attribute by attribute."""
    return {name: simulator.user(DEMO_POOL_ID, name) for name in simulator.usernames(DEMO_POOL_ID)}


def untrue(rows: Rows, before: Pool, after: Pool, simulator: Simulator) -> list[str]:
    """Everything in which a plan, carried out, has not come true."""
    rows = list(rows)
    to_do = {row["username"]: row["steps"].split() for row in rows if row["decision"] == "do"}
    return [
        *_outcomes(rows),
        *_calls(to_do, simulator),
        *_users(to_do, before, after),
        *_messages(rows, simulator),
        *stolen_aliases(before, after),
    ]


def stolen_aliases(before: Pool, after: Pool) -> Iterator[str]:
    """Aliases whose owner, the user who has them verified, is another one than before."""
    owners, now = _owners(before), _owners(after)
    for alias, users in now.items():
        if len(users) > 1:
            yield f"{alias} is owned by {sorted(users)}"
    for alias, users in owners.items():
        if not users <= now[alias]:
            yield f"{alias} was owned by {sorted(users)} and is by {sorted(now[alias])}"


def changes(before: SimulatedUser, after: SimulatedUser) -> dict[str, tuple[object, object]]:
    """The fields of a user that are not what they were."""
    return {
        name: (getattr(before, name), getattr(after, name))
        for name in SimulatedUser.__slots__
        if getattr(before, name) != getattr(after, name)
    }


def _outcomes(rows: Rows) -> Iterator[str]:
    expected = {"do": "done", "skip": "skipped", "block": "blocked"}
    for row in rows:
        if row["outcome"] != expected[row["decision"]]:
            yield (
                f"{row['identifier']}: {row['decision']} {row['reason']} became {row['outcome']} "
                f"({row['error_code']} {row['error_message']})"
            )


def _calls(to_do: Mapping[str, list[str]], simulator: Simulator) -> Iterator[str]:
    """Each planned step took effect once, and nothing else did."""
    planned: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for username, steps in to_do.items():
        for step in steps:
            planned[actions()[step].operation][username] += 1
    for operation in {action.operation for action in actions().values()}:
        made = Counter(simulator.counters.effects_by_user(operation))
        for username in sorted((made - planned[operation]) + (planned[operation] - made)):
            yield f"{username}: {operation} {made[username]} times, planned {planned[operation][username]}"


def _users(to_do: Mapping[str, list[str]], before: Pool, after: Pool) -> Iterator[str]:
    if before.keys() != after.keys():
        yield f"other users: {sorted(before.keys() ^ after.keys())}"
        return
    for username, was in before.items():
        foreseen = _foreseen(was, to_do.get(username, []), after[username])
        if differences := changes(foreseen, after[username]):
            yield f"{username}, planned {to_do.get(username)}: {differences}"


def _foreseen(was: SimulatedUser, steps: Iterable[str], after: SimulatedUser) -> SimulatedUser:
    """A user as the steps should leave it; of `after` only what no plan can know: the time and the code."""
    user = was
    for step in steps:
        match step:
            case "reset-password":
                user = replace(
                    user, status="RESET_REQUIRED", password=None, confirmation_code=after.confirmation_code
                )
            case "set-temporary-password":
                user = replace(user, status="FORCE_CHANGE_PASSWORD", **_new_password(was, after))
            case "set-permanent-password" | "scramble-password":
                user = replace(user, status="CONFIRMED", **_new_password(was, after))
            case "resend-invitation":
                user = replace(user, **_new_password(was, after))
            case "verify-email":
                user = _verified(user, "email")
            case "verify-phone":
                user = _verified(user, "phone_number")
            case "enable-user" | "disable-user":
                user = replace(user, enabled=step == "enable-user")
        if step != "sign-out":
            user = replace(user, modified_at=after.modified_at)
    return user


def _new_password(was: SimulatedUser, after: SimulatedUser) -> dict[str, Any]:
    """Another than before; which one, no plan says. A code that was sent is void, but for an invitation."""
    is_new = after.password is not None and after.password != was.password
    return {
        "password": after.password if is_new else "another than before",
        "confirmation_code": after.confirmation_code,
    }


def _verified(user: SimulatedUser, name: str) -> SimulatedUser:
    flag = f"{name}_verified"
    return replace(user, attributes={**user.attributes, flag: "true"}, **{flag: True})  # type: ignore[arg-type]


def _messages(rows: Rows, simulator: Simulator) -> Iterator[str]:
    planned = Counter((row["username"], row["medium"].upper()) for row in rows if row["medium"])
    sent = Counter((message.username, str(message.medium)) for message in simulator.outbox.messages)
    for username, medium in sorted((planned - sent) + (sent - planned)):
        key = (username, medium)
        yield f"{username}: {sent[key]} messages by {medium}, planned {planned[key]}"


def _owners(pool: Pool) -> defaultdict[tuple[str, str], set[str]]:
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for user in pool.values():
        for name in ("email", "phone_number"):
            if getattr(user, f"{name}_verified"):
                owners[name, getattr(user, name).lower()].add(user.username)
    return owners
