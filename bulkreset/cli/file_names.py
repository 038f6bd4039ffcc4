"""Files on the command line, which a shell can complete by the ends of their names."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import CompletionItem


class FileNamed(click.Path):
    """A file. Those whose names end in one of `suffixes` are offered first; any other may be written."""

    def __init__(self, *suffixes: str) -> None:
        super().__init__(path_type=Path)
        self._suffixes = suffixes

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        folder = os.path.dirname(incomplete)  # noqa: PTH120 - as it was typed: `./` and `~` stay
        try:
            names = sorted(os.listdir(os.path.expanduser(folder) or "."))  # noqa: PTH111, PTH208 - the same
        except OSError:
            names = []
        offered = [os.path.join(folder, name) for name in names if name.endswith(self._suffixes)]  # noqa: PTH118 - the same
        fitting = [CompletionItem(name) for name in offered if name.startswith(incomplete)]
        return fitting or super().shell_complete(ctx, param, incomplete)
