"""One HTML file that needs nothing else: no network, no server, no script but its own.

Styles and scripts stand inside the page, and its content security policy names them by their hashes: what
somebody managed to write between them would not run.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bulkreset.reporting.page import words

PARTS = Path(str(files("bulkreset.reporting.page") / "parts"))


def html_page(
    template: str, folder: Path, styles: Sequence[str], scripts: Sequence[str], **context: object
) -> Iterator[str]:
    """The pieces of a page, in order.

    `template` is looked for in `folder`, and what it includes there and among the shared parts. `styles` and
    `scripts` name files in the same places.
    """
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(PARTS)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= words.FILTERS
    style = _joined(environment, styles)
    script = f'"use strict";\n(() => {{\n{_joined(environment, scripts)}\n}})();\n' if scripts else ""
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    made = environment.get_template(template)
    return made.generate(style=Markup(style), script=Markup(script), policy=policy, **context)  # noqa: S704 - our own files


def _joined(environment: Environment, names: Sequence[str]) -> str:
    """The text of our own files, as they stand."""
    loader = environment.loader
    if loader is None:
        return ""
    return "\n".join(loader.get_source(environment, name)[0] for name in names)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
