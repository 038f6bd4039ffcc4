"""A URL that may hold a secret, fetched from where the settings say it is kept."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from bulkreset.notifications.sender import NotSent
from bulkreset.secrets.secret import Secret
from bulkreset.settings.url_from import UrlFrom

MOST_BYTES = 10_000


def url_of(kept: UrlFrom, environ: Mapping[str, str] = os.environ) -> Secret:
    """The URL. Raises NotSent where there is none, or others may read it."""
    if kept.env is not None:
        url = environ.get(kept.env, "").strip()
        if not url:
            raise NotSent(f"the environment variable {kept.env} is not set")
        return Secret(url)
    return Secret(_read(Path(str(kept.file))))


def _read(path: Path) -> str:
    try:
        # A pipe would be waited for.
        if not path.is_dir() and not stat.S_ISREG(path.stat().st_mode):
            raise NotSent("what should hold the URL is no regular file")
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise NotSent("others may read the file with the URL; `chmod 600` it")
            url = file.read(MOST_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise NotSent(f"the file with the URL cannot be read: {told}") from None
    if not url or len(url.split()) != 1:
        raise NotSent("the file with the URL does not hold one URL and nothing else")
    return url
