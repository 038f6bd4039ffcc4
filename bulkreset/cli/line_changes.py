"""What to send for a line of a terminal to become another one: the columns that differ, and no others."""

from __future__ import annotations

from collections.abc import Iterator

ERASE_LINE = "\x1b[K"
COLUMN = "\x1b[{}G"

WORTH_A_JUMP = 6
"""So many equal signs are skipped; fewer cost no more than the jump over them."""


def line_changes(old: str, new: str) -> str:
    """The cursor begins in the first column of `old`, and ends anywhere in that line."""
    if not (_is_plain(old) and _is_plain(new)):
        return f"{new}{ERASE_LINE}"
    sent = "".join(f"{COLUMN.format(begin + 1)}{new[begin:end]}" for begin, end in _spans(old, new))
    return sent + (f"{COLUMN.format(len(new) + 1)}{ERASE_LINE}" if len(new) < len(old) else "")


def _spans(old: str, new: str) -> Iterator[tuple[int, int]]:
    """Where `new` differs, from and to; what is near together in one."""
    begin = end = None
    for place, sign in enumerate(new):
        if place < len(old) and old[place] == sign:
            continue
        if begin is not None and end is not None and place - end > WORTH_A_JUMP:
            yield begin, end
            begin = None
        begin, end = (place if begin is None else begin), place + 1
    if begin is not None and end is not None:
        yield begin, end


def _is_plain(text: str) -> bool:
    """Whether each sign takes one column."""
    if text.isascii():
        return True
    from rich.cells import cell_len

    return all(cell_len(sign) == 1 for sign in set(text))
