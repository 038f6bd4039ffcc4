"""A URL that may stand in a settings file: one of a plain webhook, with nothing in it that looks secret."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from bulkreset.settings.fields import CONTROL, wrong

SCHEMES = ("json", "jsons", "form", "forms", "xml", "xmls")
"""Apprise's plain webhooks; the final s is for TLS."""

TOKEN = re.compile(r"[^/]{25,}|(?=[^/]*[0-9])(?=[^/]*[A-Za-z])[^/]{16,}")
"""A part of a path that is longer than words are, or long and of letters and digits."""

ADVICE = "keep it in a variable or a file, and write `url_from: {env: NAME}` or `url_from: {file: PATH}`"


def _plain(written: object) -> object:
    # What is refused may be a secret, so it is never repeated.
    if not isinstance(written, str) or re.search(r"\s", written) or CONTROL.search(written):
        raise wrong("is not a URL", "write for example `url: json://127.0.0.1:8080/bulkreset`")
    try:
        parts = urlsplit(written)
        is_sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise wrong("is not a URL", "write for example `url: json://127.0.0.1:8080/bulkreset`") from None
    if parts.scheme not in SCHEMES or not is_sound:
        raise wrong("is not that of a plain webhook (" + ", ".join(SCHEMES) + ")", ADVICE)
    if "@" in parts.netloc or parts.query or parts.fragment or "?" in written or "#" in written:
        raise wrong("has a user, a password or parameters in it", ADVICE)
    if TOKEN.search(parts.path):
        raise wrong("has in its path what looks like a token", ADVICE)
    return written


PlainUrl = Annotated[str, BeforeValidator(_plain), Field(max_length=1000)]
