"""What the next job says beside whom it is for: as the former job did, as far as that still makes sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bulkreset.followup.next_job import NextJob
from bulkreset.goals.registry import policy_keys
from bulkreset.settings.job import Job
from bulkreset.settings.people import People

SHORT_DIGEST = 16
LONGEST_REASON = 1000

CARRIED = (
    "read",
    "client_metadata",
    "waves",
    "between",
    "max_failed",
    "max_drift",
    "window",
    "messages",
    "live_traffic",
)
"""What goes for the next job as well, by key. A deadline is over, and whom it is for is listed."""

CARRIED_WITH_PASSWORDS = ("handout", "passwords", "deliver")

CONSENTS_OF_THE_SAME = ("over-cap", "privileged-users", "verify-unverified-contacts")
"""Hazards that doing the same again takes as before. Doing something else has to be consented to anew."""


def reason_after(digest: str, reason: str, kind: str) -> str:
    """The reason of the next job, which names the former run."""
    before = f": {reason}" if reason else ""
    return f"{kind} after {digest[:SHORT_DIGEST]}{before}"[:LONGEST_REASON]


def settings_after(
    former: Job, made: NextJob, *, does_the_same: bool, recipients: Sequence[str]
) -> dict[str, Any]:
    """The settings of the next job, but for its environment, goal, manifest and reason."""
    said: dict[str, Any] = former.model_dump(mode="json", exclude_defaults=True)
    carried = (*CARRIED, *(CARRIED_WITH_PASSWORDS if made.sets_passwords else ()))
    settings = {"policy": _policy(made), **{name: said[name] for name in carried if name in said}}
    if "deliver" in settings:
        # The text was read from the template when the former job was planned.
        settings["deliver"].pop("template", None)
    if made.sets_passwords and recipients:
        settings["handout"] = {"recipients": list(recipients)}
    consents = [name for name in said.get("consent") or () if does_the_same and name in CONSENTS_OF_THE_SAME]
    return {**settings, **({"consent": consents} if consents else {})}


def _policy(made: NextJob) -> dict[str, object]:
    """The policy without what the goal would do by default anyway."""
    defaults = {key.name: key.default for key in policy_keys()[made.goal]}
    return {
        name: _written(value)
        for name, value in made.policy.items()
        if name in defaults and value not in (defaults[name], None)
    }


def _written(value: object) -> object:
    match value:
        case People():
            return {name: list(names) for name, names in asdict(value).items() if names}
        case tuple():
            return list(value)
        case _:
            return value
