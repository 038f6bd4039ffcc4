"""The numbers of a run, read back as Prometheus and CloudWatch read them."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bulkreset.metrics.emf import EmfWriter
from bulkreset.metrics.sample import MEASURES, Rate, Sample
from bulkreset.metrics.textfile import write_textfile

SAMPLE = Sample(
    at=1_795_408_215.5,
    run='ni"ght.run',
    pool_id="us-east-1_AbCdEf123",
    goal="force-reset",
    state="running",
    states=("planned", "running", "paused", "stopped", "finished"),
    planned={"do": 10, "skip": 2, "block": 1, "invalid": 0},
    outcomes={"done": 6, "failed": 1, "not-attempted": 3, "skipped": 2, "blocked": 1},
    calls={"AdminResetUserPassword": 7, "ListUsers": 10},
    throttled={"UserAccountRecovery": 2},
    rates={"UserAccountRecovery": Rate(15.0, 14.8)},
    wave=1,
    waves=2,
    progressed_at=1_795_408_214.0,
)

EMF_SCHEMA = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["Namespace", "Dimensions", "Metrics"],
                        "properties": {
                            "Namespace": {"type": "string", "minLength": 1, "maxLength": 1024},
                            "Dimensions": {
                                "type": "array",
                                "minItems": 1,
                                "items": {
                                    "type": "array",
                                    "maxItems": 30,
                                    "items": {"type": "string", "minLength": 1, "maxLength": 250},
                                },
                            },
                            "Metrics": {
                                "type": "array",
                                "maxItems": 100,
                                "items": {
                                    "type": "object",
                                    "required": ["Name"],
                                    "properties": {
                                        "Name": {"type": "string", "minLength": 1, "maxLength": 1024},
                                        "Unit": {"enum": ["Count", "Seconds", "Count/Second"]},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        }
    },
}
"""As the specification of the embedded metric format has it; of its units those that are used here."""


def textfile(path, sample=SAMPLE):
    write_textfile(path, sample)
    return {family.name: family for family in text_string_to_metric_families(path.read_text())}


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_prometheus_reads_every_metric_with_its_type_and_labels(tmp_path):
    families = textfile(tmp_path / "a.prom")
    assert families.keys() == {f"bulkreset_{measure.name}" for measure in MEASURES}
    for measure in MEASURES:
        family = families[f"bulkreset_{measure.name}"]
        assert (family.type, family.documentation) == (measure.kind, measure.meaning)
        for one in family.samples:
            own = {measure.label} - {""}
            assert one.labels.keys() == {"run", "pool_id", "goal", *own}
            assert one.labels["run"] == 'ni"ght.run'


def test_prometheus_reads_the_values(tmp_path):
    families = textfile(tmp_path / "a.prom")

    def values(name, label):
        return {one.labels.get(label): one.value for one in families[name].samples}

    assert values("bulkreset_rows", "outcome") == SAMPLE.outcomes
    assert values("bulkreset_calls", "operation") == SAMPLE.calls
    assert values("bulkreset_throttled", "category") == {"UserAccountRecovery": 2}
    assert values("bulkreset_rate_granted_per_second", "category") == {"UserAccountRecovery": 15.0}
    assert values("bulkreset_run_state", "state") == {
        state: float(state == "running") for state in SAMPLE.states
    }
    assert values("bulkreset_last_progress_timestamp_seconds", "") == {None: 1_795_408_214.0}
    assert {one.name for one in families["bulkreset_calls"].samples} == {"bulkreset_calls_total"}


def test_the_textfile_is_replaced_as_a_whole_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "a.prom"
    textfile(path)
    families = textfile(path, replace(SAMPLE, state="finished"))
    state = {one.labels["state"]: one.value for one in families["bulkreset_run_state"].samples}
    assert (state["finished"], state["running"]) == (1.0, 0.0)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_textfile(tmp_path / "none" / "a.prom", SAMPLE)


def test_every_line_is_in_the_embedded_metric_format(tmp_path):
    path = tmp_path / "emf.log"
    writer = EmfWriter(path, "bulkreset")
    writer.write(SAMPLE)
    seen = set()
    for line in lines(path):
        jsonschema.validate(line, EMF_SCHEMA)
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        (dimensions,) = directive["Dimensions"]
        assert all(isinstance(line[name], str) for name in dimensions)
        assert "run" not in dimensions
        names = [metric["Name"] for metric in directive["Metrics"]]
        assert all(isinstance(line[name], int | float) for name in names)
        seen |= {(name, *(line[one] for one in dimensions[2:])) for name in names}
    assert {name for name, *_ in seen} == {measure.name for measure in MEASURES}
    assert ("rows", "not-attempted") in seen
    assert line["_aws"]["Timestamp"] == 1_795_408_215_500


def test_counters_are_written_as_what_came_since_for_cloudwatch_adds_them_up(tmp_path):
    path = tmp_path / "emf.log"
    writer = EmfWriter(path, "bulkreset")
    writer.begin(SAMPLE)
    writer.write(SAMPLE)
    writer.write(replace(SAMPLE, calls={**SAMPLE.calls, "ListUsers": 14, "AdminGetUser": 1}))
    written = [(line["operation"], line["calls"]) for line in lines(path) if "operation" in line]
    assert written == [
        ("AdminResetUserPassword", 0),
        ("ListUsers", 0),
        ("AdminGetUser", 1),
        ("AdminResetUserPassword", 0),
        ("ListUsers", 4),
    ]


def test_no_metric_has_a_label_with_the_name_of_a_user():
    assert {measure.label for measure in MEASURES} == {
        "",
        "state",
        "decision",
        "outcome",
        "operation",
        "category",
    }
