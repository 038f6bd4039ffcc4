"""Names that a shell is offered for an option which takes any text: each looked up only when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click

Offer = Callable[[click.Context, click.Parameter, str], list[str]]

PARTS = ("0.25", "0.5", "0.75", "1")


def offered(names: Callable[[], Iterable[str]]) -> Offer:
    """Those of the names that go on as what was typed."""

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        return [name for name in names() if name.startswith(incomplete)]

    return complete


def plugins_of(package: str, constant: str) -> Callable[[], list[str]]:
    """The names of the plug-ins of a package, without importing any of them."""

    def names() -> list[str]:
        from importlib import import_module

        from bulkreset.plugins import names_of_files

        return names_of_files(import_module(package), constant)

    return names


def statuses() -> list[str]:
    """What Cognito may say of a user."""
    from bulkreset.users import UserStatus

    return list(UserStatus)


def shares(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Categories up to their `=`; of a single one its shares: shells put a blank after what is whole."""
    from bulkreset.rates.quotas import DOCUMENTED_RATES

    fitting = [name for name in DOCUMENTED_RATES if f"{name}=".startswith(incomplete)]
    if len(fitting) == 1:
        return [f"{fitting[0]}={part}" for part in PARTS]
    return [f"{name}=" for name in fitting]


def columns_of_run(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The manifest's own columns of the run on the same line; none where it cannot be read."""
    from contextlib import closing

    from bulkreset.errors import BulkresetError
    from bulkreset.ledger.connection import open_read_only
    from bulkreset.ledger.progress import Progress

    # click leaves arguments unassigned where the line ends in an option without its value.
    run = ctx.params.get("run") or next(iter(ctx.args), "")
    try:
        with closing(open_read_only(Path(run))) as connection:
            found = Progress(connection).meta("extra_columns") or ()
    except BulkresetError:
        return []  # nobody is told of an error at a key press
    return [name for name in found if name.startswith(incomplete)]
