"""The names of formats on the command line."""

from __future__ import annotations

from collections.abc import Callable

import click
from click.shell_completion import CompletionItem


class FormatName(click.ParamType[str]):
    """One of the names that `names` gives; which there are is looked up only when asked."""

    name = "format"

    def __init__(self, what: str, names: Callable[[], list[str]]) -> None:
        self._what = what
        self._names = names

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        return f"[{'|'.join(self._names())}]"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem[str]]:
        return [CompletionItem(name) for name in self._names() if name.startswith(incomplete)]

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if ctx is not None and ctx.resilient_parsing:
            return value  # a shell completes the line; nobody runs it
        known = self._names()
        if value not in known:
            self.fail(f"there is no {self._what} format {value!r}; write {' or '.join(known)}", param, ctx)
        return value
