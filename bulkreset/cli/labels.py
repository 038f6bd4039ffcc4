"""Lines with a label before them, as the commands for one user print them."""

from __future__ import annotations

from textwrap import fill

from bulkreset.users import masked

WIDTH = 110
INDENT = " " * 10


def labelled(label: str, text: str) -> str:
    """The label and the text, which goes on below itself. The words of a command line stay whole."""
    return fill(
        text,
        WIDTH,
        initial_indent=f"{label:<9} ",
        subsequent_indent=INDENT,
        break_on_hyphens=False,
        break_long_words=False,
    )


def indented(text: str, indent: str = INDENT) -> str:
    return fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def nobody_text(name: str) -> str:
    return labelled(
        "nobody", f"no user of the pool has {masked(name)} as username, sub, e-mail or phone number"
    )
