"""Decide: the decision function, once per distinct signature, mapped over the table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from bulkreset.goals.base import Case, Decision, DecisionKind, Match, Signature
from bulkreset.planning.delivery import with_delivery
from bulkreset.planning.directives import Directive, Directives
from bulkreset.planning.media import medium_of
from bulkreset.planning.named import named
from bulkreset.pool import PoolFacts
from bulkreset.users import Contact, UserStatus, contact_fingerprint, summarise

SIGNATURE = [
    "match",
    "status",
    "enabled",
    "email_contact",
    "phone_contact",
    "email_shared",
    "phone_shared",
    "preferred_mfa",
    "protected",
    "changed_since",
]


def decide(resolved: pd.DataFrame, directives: Directives, pool: PoolFacts) -> pd.DataFrame:
    """Columns `decision`, `reason`, `steps`, `medium`, `state`, `contact` for resolved rows.

    `steps` are separated by spaces. `state` and `contact` are what the decision rests on, for the
    comparison before the call; `state` is empty where no single user was found, `contact` where nothing is
    to be done. `medium` is that of the message that a step sends.
    """
    cases = _with_signature(resolved, directives)
    keys = ["overrides", *SIGNATURE]
    groups = cases.groupby(keys, sort=False, dropna=False, observed=True)
    codes = groups.ngroup().to_numpy()
    distinct = groups[keys].head(1)
    decided = [_decide_one(row, directives, pool) for row in distinct.itertuples(index=False)]
    decisions = [decision for decision, _ in decided]
    media = [medium for _, medium in decided]
    states = [_state(row) for row in distinct.itertuples(index=False)]
    is_do = np.array([decision.kind is DecisionKind.DO for decision in decisions], dtype=bool)[codes]
    return pd.DataFrame(
        {
            "decision": np.array([decision.kind.value for decision in decisions], dtype=object)[codes],
            "reason": np.array([decision.reason for decision in decisions], dtype=object)[codes],
            "steps": np.array([" ".join(decision.steps) for decision in decisions], dtype=object)[codes],
            "medium": np.array(media, dtype=object)[codes],
            "state": np.array(states, dtype=object)[codes],
            "contact": _fingerprints(resolved, is_do),
        },
        index=resolved.index,
    )


def _with_signature(resolved: pd.DataFrame, directives: Directives) -> pd.DataFrame:
    cases = resolved[["overrides", "match", "status", "enabled", "preferred_mfa"]].copy()
    cases["email_contact"] = _contacts(resolved["email"], resolved["email_verified"])
    cases["phone_contact"] = _contacts(resolved["phone_number"], resolved["phone_number_verified"])
    cases["email_shared"] = resolved["email_shared"]
    cases["phone_shared"] = resolved["phone_shared"]
    found = resolved["match"] == Match.ONE
    cases["enabled"] = np.where(found, resolved["enabled"], True)
    cases["protected"] = found & named(resolved, directives.protected)
    moments = {text: _moment(directives.of(text)) for text in resolved["overrides"].unique()}
    incident = resolved["overrides"].map(moments).astype(float)
    cases["changed_since"] = found & (resolved["modified_at"] > incident)
    return cases


def _contacts(values: pd.Series[str], verified: pd.Series[bool]) -> np.ndarray:
    present = (values != "").to_numpy()
    is_verified = verified.eq(True).to_numpy()
    return np.select(
        [~present, is_verified], [Contact.NONE.value, Contact.VERIFIED.value], Contact.UNVERIFIED.value
    )


def _moment(directive: Directive) -> float:
    """The time after which a change protects from this directive; never, if none is given."""
    moment = directive.policy.get("not_changed_since")
    return float(moment) if isinstance(moment, (int, float)) else float("inf")


def _decide_one(row: object, directives: Directives, pool: PoolFacts) -> tuple[Decision, str]:
    """The decision, and the medium of its message."""
    values = row._asdict()  # type: ignore[attr-defined]
    directive = directives.of(values["overrides"])
    found = values["match"] == Match.ONE
    signature = Signature(
        match=Match(values["match"]),
        status=UserStatus(values["status"]) if found else UserStatus.UNKNOWN,
        enabled=bool(values["enabled"]),
        email=Contact(values["email_contact"]),
        phone=Contact(values["phone_contact"]),
        email_shared=bool(values["email_shared"]),
        phone_shared=bool(values["phone_shared"]),
        preferred_mfa=values["preferred_mfa"],
        protected=bool(values["protected"]),
        changed_since=bool(values["changed_since"]),
    )
    decision = directive.goal.decide(Case(signature, directive.policy, pool))
    if directives.delivers:
        decision = replace(decision, steps=with_delivery(decision.steps, signature.email))
    medium = medium_of(decision.steps, signature.email, signature.phone, signature.preferred_mfa, pool)
    return decision, medium


def _state(row: object) -> str:
    values = row._asdict()  # type: ignore[attr-defined]
    if values["match"] != Match.ONE:
        return ""
    return summarise(
        values["status"], bool(values["enabled"]), values["email_contact"], values["phone_contact"]
    )


def _fingerprints(resolved: pd.DataFrame, wanted: np.ndarray) -> np.ndarray:
    fingerprints = np.full(len(resolved), "", dtype=object)
    contacts = resolved.loc[wanted, ["email", "phone_number"]]
    fingerprints[wanted] = [
        contact_fingerprint(email, phone)
        for email, phone in zip(contacts["email"].tolist(), contacts["phone_number"].tolist(), strict=True)
    ]
    return fingerprints
