"""What `doctor` prints, for people and for machines. Contacts are masked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from bulkreset.cli.findings_text import counted, findings_text
from bulkreset.flow.doctor import Diagnosis
from bulkreset.preflight.base import Severity
from bulkreset.preflight.findings import findings_json
from bulkreset.preflight.person import Person, chosen_medium


def diagnosis_text(diagnosis: Diagnosis) -> Iterator[str]:
    facts, pool = diagnosis.facts, diagnosis.facts.pool
    yield f"{'pool':<9} {facts.pool_id}{f' ({pool.name})' if pool else ''}"
    if facts.caller:
        yield f"{'caller':<9} {facts.caller.arn}"
    if facts.tried:
        yield f"{'permitted':<9} {', '.join(facts.tried)}"
    if diagnosis.person is None:
        yield f"{'goal':<9} {diagnosis.terms.goal.name}"
    else:
        yield from _person_text(diagnosis.person)
    yield ""
    yield from findings_text(diagnosis.findings)
    yield ""
    yield counted(diagnosis.findings)


def _person_text(person: Person) -> Iterator[str]:
    yield f"{'asked for':<9} {person.name}"
    if person.user:
        yield f"{'user':<9} {person.user.username}: {person.user.summary}"
    if person.mfa_read and person.user:
        factor = person.user.preferred_mfa or "none preferred"
        yield f"{'factor':<9} {factor}; reading it billed the user as active"


def diagnosis_json(diagnosis: Diagnosis) -> str:
    """One object: the pool, how many findings of each severity, and the findings."""
    numbers = Counter(finding.severity for finding in diagnosis.findings)
    told = {
        "pool_id": diagnosis.facts.pool_id,
        "goal": diagnosis.terms.goal.name,
        "caller": diagnosis.facts.caller.arn if diagnosis.facts.caller else "",
        "permitted": list(diagnosis.facts.tried),
        **{f"{severity}s": numbers[severity] for severity in Severity},
        "findings": findings_json(diagnosis.findings),
        "user": _person_json(diagnosis),
        "calls": dict(diagnosis.calls),
    }
    return json.dumps(told, ensure_ascii=False)


def _person_json(diagnosis: Diagnosis) -> dict[str, object] | None:
    person, pool = diagnosis.person, diagnosis.facts.pool
    if person is None:
        return None
    if person.user is None or pool is None:
        return {"name": person.name, "found": len(person.found)}
    return {
        "name": person.name,
        "found": 1,
        "username": person.user.username,
        "status": person.user.status.value,
        "enabled": person.user.enabled,
        "email": person.user.email_contact.value,
        "phone_number": person.user.phone_contact.value,
        "preferred_mfa": person.user.preferred_mfa if person.mfa_read else None,
        "medium": chosen_medium(person.user, pool),
    }
