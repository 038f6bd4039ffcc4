"""How many calls all callers of the account make, as CloudWatch counts them: the live users' among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bulkreset.cognito.account.asking import Unreadable, ask
from bulkreset.cognito.session import Aws

PERIOD_SECONDS = 300
"""Cognito's usage metrics are five-minute data (Developer Guide, "Metrics for user pools")."""

PERIODS_BACK = 3
"""A period may take some minutes to be counted."""

NAMESPACE, METRIC = "AWS/Usage", "CallCount"
DIMENSIONS: Mapping[str, str] = {"Type": "API", "Service": "Cognito user pool"}

MORE_DIMENSIONS: tuple[Mapping[str, str], ...] = ({}, {"Class": "None"})
"""Other services' usage metrics have a Class; of Cognito's, AWS says only that it is not used."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """All calls in one category during the five minutes that began at `began_at`, in epoch seconds."""

    calls_per_second: float
    began_at: float


class LiveTraffic:
    """The account's traffic in the region of the pool, this run's own calls included."""

    def __init__(self, aws: Aws) -> None:
        self._cloudwatch = aws.client("cloudwatch")

    def latest(self, categories: Collection[str], now: float) -> dict[str, Traffic]:
        """The traffic of the latest full period that was counted, at AWS's time `now` in epoch seconds.

        A category without a count is left out. Raises Unreadable where CloudWatch does not tell.
        """
        ends_at = now // PERIOD_SECONDS * PERIOD_SECONDS
        names = list(dict.fromkeys(categories))
        if not names:
            return {}
        answer = ask(
            self._cloudwatch.get_metric_data,
            expecting="MetricDataResults",
            MetricDataQueries=[
                _query(f"c{number}_{variant}", name, more)
                for number, name in enumerate(names)
                for variant, more in enumerate(MORE_DIMENSIONS)
            ],
            StartTime=_moment(ends_at - PERIODS_BACK * PERIOD_SECONDS),
            EndTime=_moment(ends_at),
            ScanBy="TimestampDescending",
        )
        found: dict[str, Traffic] = {}
        for result in answer["MetricDataResults"]:
            name = names[int(result["Id"].removeprefix("c").partition("_")[0])]
            traffic = _latest_count(result, ends_at)
            known = found.get(name)
            if traffic and (known is None or traffic.began_at > known.began_at):
                found[name] = traffic
        return found


def _latest_count(result: Mapping[str, Any], ends_at: float) -> Traffic | None:
    """The newest count of a full period. Raises Unreadable where CloudWatch says that it failed."""
    status = result.get("StatusCode", "Complete")
    if status not in {"Complete", "PartialData"}:
        raise Unreadable(str(status))
    counts = zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False)
    full = [(at.timestamp(), count) for at, count in counts if at.timestamp() + PERIOD_SECONDS <= ends_at]
    if not full:
        return None
    began_at, count = max(full)
    return Traffic(count / PERIOD_SECONDS, began_at)


def _query(query_id: str, category: str, more: Mapping[str, str]) -> dict[str, Any]:
    dimensions = {**DIMENSIONS, "Resource": category, **more}
    metric = {
        "Namespace": NAMESPACE,
        "MetricName": METRIC,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
    return {"Id": query_id, "MetricStat": {"Metric": metric, "Period": PERIOD_SECONDS, "Stat": "Sum"}}


def _moment(epoch_seconds: float) -> datetime:
    return datetime.fromtimestamp(epoch_seconds, UTC)
