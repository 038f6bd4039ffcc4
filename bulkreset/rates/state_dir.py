"""The folder that runs on this machine share: one per account and region, as quotas and budgets are."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from platformdirs import user_state_path

from bulkreset.errors import InputError, Problem

DEFAULT_PORTS = {"http": 80, "https": 443}


def shared_folder(state_dir: Path | None, account_id: str, region: str, endpoint_url: str | None) -> Path:
    """The folder, made where missing; without a state directory it is in that of the platform.

    Every other endpoint is another world, with quotas of its own. Raises InputError where the folder
    cannot be made or written.
    """
    folder = shared_place(state_dir, account_id, region, endpoint_url)
    root = folder.parent
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            Problem(
                f"runs cannot share this folder: {error.strerror}",
                "set `state_dir` in the environment to a folder that can be written",
                folder,
            )
        ) from error
    return folder


def shared_place(state_dir: Path | None, account_id: str, region: str, endpoint_url: str | None) -> Path:
    """Where that folder is, or would be. Makes nothing."""
    root = state_dir or user_state_path("bulkreset")
    return root / _name(account_id, region, endpoint_url)


def _name(account_id: str, region: str, endpoint_url: str | None) -> str:
    name = f"{account_id}-{region}"
    if endpoint_url:
        parts = urlsplit(endpoint_url)
        name += f"@{parts.hostname}-{parts.port or DEFAULT_PORTS.get(parts.scheme, 0)}"
    return re.sub(r"[^\w.@-]", "_", name)
