"""bulkreset rate RUN --share SHARE."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.offered import shares
from bulkreset.cli.options import run_argument
from bulkreset.errors import InputError


@click.command
@run_argument
@click.option(
    "--share",
    "shares",
    required=True,
    multiple=True,
    metavar="SHARE",
    shell_complete=shares,
    help="Part of every quota, such as 0.3 or 30%, or of one, such as UserUpdate=0.3; may be repeated.",
)
def command(run: Path, shares: tuple[str, ...]) -> int:
    """Change how much of Cognito's request quotas a run may use, from now on."""
    from bulkreset.cli.orders import order
    from bulkreset.control.orders import OrderKind

    asked = dict(_share(text) for text in shares)
    return order(
        run, OrderKind.RATE, "the rates are changed", "it holds from the next run on", {"shares": asked}
    )


def _share(text: str) -> tuple[str, float]:
    from bulkreset.rates.quotas import DOCUMENTED_RATES
    from bulkreset.settings.percentages import percentage
    from bulkreset.settings.words import advice_on_name

    category, _, number = text.rpartition("=")
    if category and category not in DOCUMENTED_RATES:
        raise InputError(
            f"--share {text}: unknown quota category; {advice_on_name(category, DOCUMENTED_RATES)}"
        )
    try:
        share = percentage(number) or float(number)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise InputError(f"--share {text}: write a number above 0 and up to 1, such as 0.3")
    return category, share
