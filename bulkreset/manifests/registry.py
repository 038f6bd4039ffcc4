"""All manifest formats, and the choice of one by the suffix of a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import bulkreset.manifests
from bulkreset.errors import InputError, Problem
from bulkreset.manifests.table import ManifestFormat
from bulkreset.plugins import declared
from bulkreset.settings.words import choices, nearest


@cache
def formats() -> tuple[ManifestFormat, ...]:
    return declared(bulkreset.manifests, "FORMAT", ManifestFormat)


def format_of(path: Path) -> ManifestFormat:
    """The format that a file's suffix stands for. Raises InputError naming the known suffixes."""
    suffix = path.suffix.lower()
    by_suffix = {
        known: manifest_format for manifest_format in formats() for known in manifest_format.suffixes
    }
    if suffix in by_suffix:
        return by_suffix[suffix]
    message = (
        f"`{suffix}` is not a manifest format" if suffix else "the name has no suffix that tells the format"
    )
    meant = nearest(suffix, by_suffix)
    advice = f"did you mean `{meant}`? Known: {choices(by_suffix)}" if meant else f"use {choices(by_suffix)}"
    raise InputError(Problem(message, advice, path))
