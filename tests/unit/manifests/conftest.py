from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bulkreset.manifests.reading import ManifestChunk, read_manifest
from bulkreset.settings.policy import GoalKeys, PolicyKey, PolicyKind

GOAL_KEYS: GoalKeys = {
    "force-reset": (
        PolicyKey("sign_out", "tokens", values=("after-reset", "none"), default="after-reset"),
        PolicyKey("unverified", "contact", values=("block", "skip"), default="block"),
        PolicyKey("not_changed_since", "time of the incident", kind=PolicyKind.MOMENT),
        PolicyKey("protected", "never touched", kind=PolicyKind.PEOPLE, default=()),
    ),
    "sign-out": (),
}

Read = Callable[..., ManifestChunk]


@pytest.fixture(scope="session")
def goal_keys() -> GoalKeys:
    return GOAL_KEYS


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a manifest of this name and content, and joins its chunks."""

    def read(name: str, content: str | bytes, goal: str = "force-reset") -> ManifestChunk:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        chunks = list(read_manifest(path, GOAL_KEYS, goal))
        return ManifestChunk(
            pd.concat([chunk.rows for chunk in chunks], ignore_index=True),
            pd.concat([chunk.extras for chunk in chunks], ignore_index=True).fillna(""),
        )

    return read
