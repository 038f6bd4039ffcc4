"""How a run is going to go, as text for people: waves, thresholds, hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import ceil

from bulkreset.clock import iso
from bulkreset.reporting.spans import duration
from bulkreset.settings.job import Job
from bulkreset.settings.max_failed import RowThreshold
from bulkreset.settings.percentages import percentage_text
from bulkreset.settings.secrets_manager import BATCH_ROWS, SecretsManager


def conduct_text(job: Job, sizes: Mapping[int, int], hazards: Iterable[str]) -> Iterator[str]:
    """The hazards of the plan, and what the job says of waves, failures, hours and its deadline.

    `sizes` are the rows of each wave.
    """
    yield from hazards
    if job.handout is not None and job.handout.recipients:
        yield f"passwords are sealed to {', '.join(map(_shortened, job.handout.recipients))}"
    elif job.handout is not None and job.handout.secrets_manager is not None:
        yield _stored(job.handout.secrets_manager, sizes)
    elif job.handout is not None:
        yield "passwords are forgotten at once: nobody will know them"
    if job.consent:
        yield f"the job consents to {', '.join(job.consent)}"
    if len(sizes) > 1:
        between = "then somebody has to confirm" if job.between.confirm else _pause(job.between.seconds)
        told = ", ".join(f"{rows:,}" for rows in sizes.values())
        yield f"in {len(sizes)} waves of {told} users, {between}"
    yield f"stops if {_threshold(job.max_failed, 'fail')}"
    yield f"stops if {_threshold(job.max_drift, 'drift')}"
    if job.window is not None:
        window = job.model_dump(mode="json")["window"]
        days = ", ".join(window["days"])
        yield f"only from {window['from']} to {window['to']} ({window['timezone']}) on {days}"
    if job.deadline is not None:
        yield f"only until {iso(job.deadline)}"


def _stored(place: SecretsManager, sizes: Mapping[int, int]) -> str:
    told = f"passwords go to AWS Secrets Manager, under {place.prefix}"
    if place.per == "user":
        users = sum(sizes.values())
        return f"{told}: up to {_secrets(users)}, one per user; AWS charges for each by the month"
    least = sum(ceil(rows / BATCH_ROWS) for rows in sizes.values())
    return f"{told}: at least {_secrets(least)}, one per batch; AWS charges for each by the month"


def _secrets(count: int) -> str:
    return "1 secret" if count == 1 else f"{count:,} secrets"


def _shortened(recipient: str) -> str:
    """An age recipient as people compare them."""
    return f"{recipient[:12]}…{recipient[-6:]}"


def _pause(seconds: float) -> str:
    return f"with {duration(seconds)} between" if seconds else "one right after the other"


def _threshold(threshold: RowThreshold, verb: str) -> str:
    if threshold.count is not None:
        return f"more than {threshold.count:,} {f'row {verb}s' if threshold.count == 1 else f'rows {verb}'}"
    part = percentage_text(threshold.fraction or 0.0)
    return f"more than {part} of the rows {verb}, once {threshold.minimum:,} are settled"
