"""Lines in CloudWatch's embedded metric format, which CloudWatch makes metrics of when it reads them as logs.

Source: CloudWatch User Guide, "Specification: Embedded metric format": `_aws` with Timestamp and
CloudWatchMetrics; at most 100 metrics a directive; names of dimensions are members with text at the root.

The run is no dimension: each value of one makes a metric of its own, which AWS charges for by the month.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bulkreset.metrics.sample import MEASURES, Kind, Sample, values

OF_POOL = ("pool_id", "goal")


class EmfWriter:
    """Appends to one file. Counters are written as what came since the line before: CloudWatch adds up."""

    def __init__(self, path: Path, namespace: str) -> None:
        self._path = path
        self._namespace = namespace
        self._before: dict[tuple[str, str], float] = {}

    def begin(self, sample: Sample) -> None:
        """Counters begin here: what earlier runners counted is in their lines."""
        self._increments(sample)

    def write(self, sample: Sample) -> None:
        """Append the numbers. Raises OSError."""
        new = self._increments(sample)
        lines = "".join(json.dumps(line) + "\n" for line in self._lines(sample, new))
        with self._path.open("a", encoding="utf-8") as file:
            file.write(lines)

    def _lines(self, sample: Sample, new: Mapping[tuple[str, str], float]) -> Iterator[dict[str, Any]]:
        """One line for every value of a label: each metric in it stands once."""
        units: defaultdict[tuple[str, str], dict[str, tuple[str, float]]] = defaultdict(dict)
        for measure in MEASURES:
            for told_apart, value in values(measure, sample):
                counted = new[measure.name, told_apart] if measure.kind is Kind.COUNTER else value
                units[measure.label, told_apart][measure.name] = (measure.unit, counted)
        for (label, told_apart), found in units.items():
            own = {label: told_apart} if label else {}
            yield {
                "_aws": {
                    "Timestamp": int(sample.at * 1000),
                    "CloudWatchMetrics": [
                        {
                            "Namespace": self._namespace,
                            "Dimensions": [[*OF_POOL, *own]],
                            "Metrics": [{"Name": name, "Unit": unit} for name, (unit, _) in found.items()],
                        }
                    ],
                },
                "pool_id": sample.pool_id,
                "goal": sample.goal,
                "run": sample.run,
                **own,
                **{name: value for name, (_, value) in found.items()},
            }

    def _increments(self, sample: Sample) -> dict[tuple[str, str], float]:
        totals = {
            (measure.name, told_apart): value
            for measure in MEASURES
            if measure.kind is Kind.COUNTER
            for told_apart, value in values(measure, sample)
        }
        new = {key: total - self._before.get(key, 0.0) for key, total in totals.items()}
        self._before |= totals
        return new
