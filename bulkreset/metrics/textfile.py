"""A file for the textfile collector of Prometheus's node_exporter, replaced as a whole each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from bulkreset.metrics.sample import MEASURES, Kind, Measure, Sample, values

PREFIX = "bulkreset_"
OF_RUN = ("run", "pool_id", "goal")
"""Labels that every metric has."""


def write_textfile(path: Path, sample: Sample) -> None:
    """Write the numbers. Raises OSError."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(sample))
    write_to_textfile(str(path), registry)


class _Collected(Collector):
    def __init__(self, sample: Sample) -> None:
        self._sample = sample

    def collect(self) -> Iterator[Metric]:
        for measure in MEASURES:
            yield _family(measure, self._sample)


def _family(measure: Measure, sample: Sample) -> Metric:
    labels = [*OF_RUN, *([measure.label] if measure.label else [])]
    family = CounterMetricFamily if measure.kind is Kind.COUNTER else GaugeMetricFamily
    metric = family(PREFIX + measure.name, measure.meaning, labels=labels)
    of_run = [sample.run, sample.pool_id, sample.goal]
    for told_apart, value in values(measure, sample):
        metric.add_metric([*of_run, *([told_apart] if measure.label else [])], value)
    return metric
