"""Texts with places in double braces, which are filled when they are sent."""

import re
from collections.abc import Mapping, Sequence

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
BRACES = re.compile(r"\{\{|\}\}")


def placeholders(text: str) -> list[str]:
    """The names in the places of a text, in order."""
    return [match[1] for match in PLACEHOLDER.finditer(text)]


def placeholder_problem(text: str, known: Sequence[str], example: str) -> tuple[str, str] | None:
    """What is wrong with the places of a text, and what to write instead; None where nothing is."""
    unknown = [name for name in placeholders(text) if name not in known]
    if unknown:
        *others, last = [f"{{{{ {name} }}}}" for name in known]
        return f"has the placeholder {{{{ {unknown[0]} }}}}, which nobody fills", (
            f"there are {', '.join(others)} and {last}"
        )
    if BRACES.search(PLACEHOLDER.sub("", text)):
        return "has {{ or }} that belong to no placeholder", f"write for example `{example}`"
    return None


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every place filled; what a value says is never taken for a place."""
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)
