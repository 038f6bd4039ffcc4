"""CloudWatch: Cognito's calls of the last hour as five-minute data, at the rates that are set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bulkreset.simulator.account.asked import Asked
from bulkreset.simulator.account.place import Place
from bulkreset.simulator.calls import HttpAnswer, success

PERIOD_SECONDS = 300
PERIODS_KEPT = 12
NAME = ("AWS/Usage", "CallCount")
DIMENSIONS: Mapping[str, str] = {"Service": "Cognito user pool", "Type": "API"}


def get_metric_data(place: Place, asked: Asked) -> HttpAnswer:
    """Counts of every full period asked for, newest first. A category without a rate has none."""
    now = place.world.clock.now()
    first, end = float(asked.params["StartTime"]), min(float(asked.params["EndTime"]), now)
    begins = [
        begin
        for number in range(1, PERIODS_KEPT + 1)
        if first <= (begin := (now // PERIOD_SECONDS - number) * PERIOD_SECONDS) <= end - PERIOD_SECONDS
    ]
    queries = asked.params.get("MetricDataQueries", ())
    return success({"MetricDataResults": [_result(place, query, begins) for query in queries]})


def _result(place: Place, query: Mapping[str, Any], begins: list[float]) -> dict[str, Any]:
    metric = query["MetricStat"]["Metric"]
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions", ())}
    rate = place.account.traffic.get(dimensions.pop("Resource", ""))
    known = (metric["Namespace"], metric["MetricName"]) == NAME and dimensions == DIMENSIONS
    counted = begins if known and rate is not None else []
    return {
        "Id": query["Id"],
        "Label": metric["MetricName"],
        "StatusCode": "Complete",
        "Timestamps": counted,
        "Values": [(rate or 0.0) * PERIOD_SECONDS] * len(counted),
    }
