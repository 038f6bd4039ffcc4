"""Whom a run tells: where that is kept, what it leaves alone, and that no secret is repeated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bulkreset.errors import InputError
from bulkreset.planning.digest import plan_header
from bulkreset.settings.environment import Environment
from bulkreset.settings.loading import load_environment
from bulkreset.settings.notify import KINDS
from bulkreset.settings.yaml_positions import read_settings

POOL = "pool_id: us-east-1_AbCdEf123\n"
FULL = (
    POOL
    + """
notify:
  events: [finish, start]
  with_reason: true
  texts: {finish: "{{ done }} of {{ to_do }}"}
  targets:
    - url_from: {file: secrets/slack.url}
    - {url: "json://127.0.0.1:8080/hook", events: stop}
    - command: [./on-event, --loud]
    - event_bus: default
metrics: {textfile: bulkreset.prom, emf: emf.log}
state_dir: state
"""
)
CASES = Path(__file__).parents[2] / "cases" / "broken_settings"


def test_paths_are_relative_to_the_environment_file(write, tmp_path):
    environment = load_environment(write(FULL))
    slack, webhook, command, bus = environment.notify.targets
    assert slack.url_from is not None
    assert slack.url_from.file == tmp_path / "secrets" / "slack.url"
    assert command.command == (str(tmp_path / "on-event"), "--loud")
    assert (webhook.url, bus.event_bus) == ("json://127.0.0.1:8080/hook", "default")
    assert environment.metrics.textfile == tmp_path / "bulkreset.prom"
    assert environment.metrics.emf == tmp_path / "emf.log"
    assert environment.state_dir == tmp_path / "state"


def test_who_is_told_of_what_is_in_the_order_in_which_it_happens(write):
    notify = load_environment(write(FULL)).notify
    assert notify.events == ("start", "finish")
    assert [target.events for target in notify.targets] == [None, ("stop",), None, None]
    assert load_environment(write(POOL)).notify.events == KINDS


def test_it_is_kept_in_a_run_file_and_read_from_there(write):
    environment = load_environment(write(FULL))
    assert Environment.model_validate(json.loads(environment.model_dump_json())) == environment


def test_sections_of_which_every_line_is_commented_out_are_as_if_not_there(write):
    environment = load_environment(write(POOL + "notify:\n  targets:\n  events:\n  texts:\nmetrics:\n"))
    assert (environment.notify, environment.metrics) == (
        Environment(pool_id="us-east-1_AbCdEf123").notify,
        Environment(pool_id="us-east-1_AbCdEf123").metrics,
    )


def test_who_is_told_is_no_part_of_what_is_approved(write):
    job = {"goal": "force-reset", "client_metadata": {}}
    told, untold = (
        load_environment(write(text)).model_dump(mode="json")
        for text in (FULL.replace("state_dir: state\n", ""), POOL)
    )
    assert plan_header(told, job) == plan_header(untold, job)


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1/hook",
        "jsons://alerts.example.com:8443/teams/identity/bulkreset",
        "xml://[::1]:80/",
        "form://alerts",
    ],
)
def test_a_plain_webhook_may_stand_in_the_file(write, url):
    path = write(POOL + f'notify: {{targets: [{{url: "{url}"}}]}}\n')
    assert load_environment(path).notify.targets[0].url == url


@pytest.mark.parametrize("path", sorted(CASES.glob("environment-notify*.yaml")), ids=lambda path: path.name)
def test_what_is_refused_is_not_repeated_for_it_may_be_a_secret(path):
    assert read_settings(path).tree
    with pytest.raises(InputError) as refusal:
        load_environment(path)
    assert "canary" not in str(refusal.value)
    assert "Token" not in str(refusal.value)


def test_a_section_that_is_a_url_is_not_repeated_either(write):
    with pytest.raises(InputError) as refusal:
        load_environment(write(POOL + "notify: slack://canary/b/c\n"))
    assert "write below it `targets:`" in str(refusal.value)
    assert "canary" not in str(refusal.value)
