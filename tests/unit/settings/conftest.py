from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bulkreset.settings.policy import GoalKeys, PolicyKey, PolicyKind

GOAL_KEYS: GoalKeys = {
    "force-reset": (
        PolicyKey("sign_out", "tokens", values=("after-reset", "none"), default="after-reset"),
        PolicyKey(
            "unverified",
            "no verified contact",
            values=("block", "verify-email", "verify-phone", "temporary-password", "skip"),
            default="block",
        ),
        PolicyKey(
            "no_contact", "no contact", values=("block", "temporary-password", "skip"), default="block"
        ),
        PolicyKey("not_changed_since", "time of the incident", kind=PolicyKind.MOMENT),
        PolicyKey("protected", "never touched", kind=PolicyKind.PEOPLE, default=()),
    ),
    "verify-contact": (
        PolicyKey("contact", "which contact", values=("email", "phone", "both"), default="email"),
    ),
}

Write = Callable[..., Path]


@pytest.fixture
def goal_keys() -> GoalKeys:
    return GOAL_KEYS


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of the given text or bytes and returns its path."""

    def write_file(content: str | bytes, name: str = "settings.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file
