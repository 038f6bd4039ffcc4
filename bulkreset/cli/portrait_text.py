"""What `user show` prints, for people and for machines. Contacts are masked unless asked for in full."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bulkreset.cli.labels import indented, labelled, nobody_text
from bulkreset.clock import iso
from bulkreset.flow.user.outlook import Outlook
from bulkreset.flow.user.show import Portrait
from bulkreset.goals.base import DecisionKind
from bulkreset.users import Contact, UserState, masked

WHY = " " * 21


def portrait_text(seen: Portrait | None, name: str, *, in_full: bool) -> Iterator[str]:
    if seen is None:
        yield nobody_text(name)
        return
    user = seen.user
    yield labelled("user", user.username)
    yield labelled("sub", user.sub)
    yield labelled("pool", f"{seen.pool_id} ({seen.pool_name})")
    yield labelled("status", f"{user.status}, {'enabled' if user.enabled else 'disabled'}")
    yield labelled("e-mail", _contact(user.email, user.email_contact, in_full=in_full))
    yield labelled("phone", _contact(user.phone_number, user.phone_contact, in_full=in_full))
    yield labelled("created", iso(user.created_at))
    yield labelled("changed", iso(user.modified_at))
    yield labelled("others", f"{_other_attributes(user)} attributes besides")
    if seen.mfa_read:
        yield labelled("factor", f"{user.preferred_mfa or 'none preferred'}; reading it billed the user")
    else:
        yield labelled("factor", "not read; --read-mfa reads it, and bills the user as active")
    if seen.protected:
        yield labelled("protected", "by the environment, from every job")
    yield ""
    yield "what each goal would do, with the defaults of its policy:"
    for outlook in seen.outlooks:
        yield from _outlook_text(outlook)


def _outlook_text(outlook: Outlook) -> Iterator[str]:
    decision = outlook.decision
    if outlook.refusal:
        yield f"  {outlook.goal:<19}refused"
        yield indented(outlook.refusal, WHY)
        return
    yield f"  {outlook.goal:<19}{decision.kind:<6} {decision.reason}"
    if decision.kind is DecisionKind.DO:
        by = f" (message by {outlook.medium})" if outlook.medium else ""
        yield f"{WHY}→ {', '.join(decision.steps)}{by}"
    else:
        yield indented(outlook.why, WHY)


def _contact(value: str, contact: Contact, *, in_full: bool) -> str:
    if contact is Contact.NONE:
        return "none"
    return f"{value if in_full else masked(value)}, {contact}"


def _other_attributes(user: UserState) -> int:
    return len(json.loads(user.attributes)) if user.attributes else 0


def portrait_json(seen: Portrait | None, name: str, *, in_full: bool) -> str:
    """One object: the user, and the decision of each goal."""
    if seen is None:
        return json.dumps({"name": name, "found": 0})
    user = seen.user
    show = str if in_full else masked
    told = {
        "name": name,
        "found": 1,
        "pool_id": seen.pool_id,
        "username": user.username,
        "sub": user.sub,
        "status": user.status.value,
        "enabled": user.enabled,
        "email": show(user.email) if user.email else "",
        "email_contact": user.email_contact.value,
        "phone_number": show(user.phone_number) if user.phone_number else "",
        "phone_contact": user.phone_contact.value,
        "created_at": iso(user.created_at),
        "modified_at": iso(user.modified_at),
        "other_attributes": _other_attributes(user),
        "preferred_mfa": user.preferred_mfa if seen.mfa_read else None,
        "protected": seen.protected,
        "goals": {
            outlook.goal: {
                "decision": "refused" if outlook.refusal else outlook.decision.kind.value,
                "reason": "" if outlook.refusal else outlook.decision.reason,
                "why": outlook.refusal or outlook.why,
                "steps": [] if outlook.refusal else list(outlook.decision.steps),
                "medium": "" if outlook.refusal else outlook.medium,
            }
            for outlook in seen.outlooks
        },
        "calls": seen.calls,
    }
    return json.dumps(told, ensure_ascii=False)
