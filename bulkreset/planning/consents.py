"""Which hazards of a plan go through by consent, and which keep it from being made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bulkreset.settings.consent import OVER_CAP, PRIVILEGED, VERIFY_UNVERIFIED


@dataclass(frozen=True, slots=True)
class Hazards:
    """What is in the way of a plan, and what is to be told of one that is made; sentences with numbers."""

    refusals: tuple[str, ...]
    told: tuple[str, ...]


def weigh(
    over_caps: Sequence[str], unproved: int, privileged: int, consents: Collection[str], *, required: bool
) -> Hazards:
    """Weigh hazards against the consents of the job.

    `over_caps` says what is over a cap; `unproved` counts users whose unproved contact would be marked
    verified. That one is told without consent too, unless consent is `required`. `privileged` counts
    users that the environment protects and the plan changes, which takes a consent in any case.
    """
    refusals, told = [], []
    if privileged:
        told.append(
            f"PRIVILEGED USERS, by consent `{PRIVILEGED}`: the plan changes {privileged:,} users whom the "
            "environment protects"
        )
    if OVER_CAP in consents:
        told += [f"OVER THE CAP, by consent `{OVER_CAP}`: {problem}" for problem in over_caps]
    else:
        refusals += [
            f"{problem}; split the manifest, raise the cap in the environment, or take the hazard with "
            f"`consent: [{OVER_CAP}]` in the job"
            for problem in over_caps
        ]
    if unproved:
        marked = (
            f"the plan marks contacts of {unproved:,} users verified that nobody has proved, and an attacker "
            "may have set"
        )
        if VERIFY_UNVERIFIED in consents:
            told.append(f"UNPROVED CONTACTS, by consent `{VERIFY_UNVERIFIED}`: {marked}")
        elif required:
            refusals.append(
                f"{marked}; choose another `policy.unverified`, or take the hazard with "
                f"`consent: [{VERIFY_UNVERIFIED}]` in the job"
            )
        else:
            told.append(f"UNPROVED CONTACTS, without a consent: {marked}")
    return Hazards(tuple(refusals), tuple(told))
