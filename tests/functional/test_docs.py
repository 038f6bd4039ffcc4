"""README and docs say what the code does: its tables, its commands, its files, and a worked example."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import click
import jsonschema
import pytest
import yaml
from botocore import xform_name
from walking.page import FENCE, Page

import bulkreset.actions
import bulkreset.goals
import bulkreset.manifests
import bulkreset.reporting
from bulkreset import errors
from bulkreset.account import COGNITO_RENEWS_AT_HOUR, Medium
from bulkreset.actions.base import COGNITO, SES
from bulkreset.actions.registry import actions
from bulkreset.cli.main import EPILOG, cli
from bulkreset.cli.timeline_text import timeline_text
from bulkreset.clock import SystemClock
from bulkreset.execution import drift, moves
from bulkreset.flow.carry_out import Watch, apply_run
from bulkreset.flow.plan import plan_job
from bulkreset.flow.report import write_report
from bulkreset.followup.stages import Stage
from bulkreset.goals.registry import goals, policy_keys
from bulkreset.ledger.states import Outcome
from bulkreset.manifests.reading import problems, read_manifest
from bulkreset.manifests.registry import formats
from bulkreset.planning.calendar import DailyMessages, Load, timeline
from bulkreset.preflight.permissions import GET_USER, NEEDED, WANTED
from bulkreset.reporting import base
from bulkreset.reporting.registry import writers
from bulkreset.settings.policies import resolve_policy
from bulkreset.settings.schema import environment_schema, job_schema
from bulkreset.simulator import DEMO_POOL_ID, NO_QUOTAS, FaultKind, SeedUser, Simulator

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]

INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TREE = re.compile(r"(?:benchmarks|bulkreset|configs|docs|examples|jobs|schemas|tests)/[\w./-]*")
QUESTION = re.compile(r"\.(get_[a-z_]+)")
SHELL_WORDS = re.compile(r"\d?>|[<|;&]")
PLUG_INS = (bulkreset.actions, bulkreset.goals, bulkreset.manifests, bulkreset.reporting)
REGISTRIES = (actions, goals, policy_keys, formats, writers)
STOPS_OF_GATES = {
    "signals": ["SIGTERM, Ctrl-C"],
    "orders": ["bulkreset stop", "the file RUN.stop", "bulkreset pause, the file RUN.pause"],
    "deadline": ["the deadline passes"],
    "window": ["the window closes"],
    "failures": ["too many rows failed, or drifted"],
    "drifted": ["too many rows failed, or drifted"],
    "waves": ["pause between two waves", "wave over, between: confirm"],
}
"""What docs/operating.md calls the stops of each gate."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


class Block(NamedTuple):
    language: str
    text: str


def blocks(page: Path, *languages: str) -> list[Block]:
    found = [Block(*match.groups()) for match in FENCE.finditer(page.read_text(encoding="utf-8"))]
    return [block for block in found if not languages or block.language in languages]


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def shell_commands(page: Path, program: str) -> Iterator[list[str]]:
    """The arguments of each call of `program` in a shell block, up to a pipe or a redirection."""
    for _, text in blocks(page, "sh", "console"):
        for line in text.replace("\\\n", " ").splitlines():
            words = line.strip().removeprefix("$ ")
            if words.startswith(f"{program} "):
                yield shlex.split(SHELL_WORDS.split(words)[0], comments=True)[1:]


def first_column(page: str, head: str) -> list[str]:
    """The first cells of the table whose first head this is, without backticks."""
    return Page.at(ROOT, page).column(head)


def anchor_of(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that these words call, within its group if it has one, and the words for it."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        name, *words = words
        known = command.list_commands(click.Context(command))
        assert name in known, f"there is no command {name!r}; there are {', '.join(known)}"
        command = command.get_command(click.Context(command), name)
    return command, words


@pytest.fixture(scope="module")
def render():
    """The script that writes the tables."""
    spec = importlib.util.spec_from_file_location("render", ROOT / "docs" / "render.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@every_page
def test_tables_and_help_are_those_of_the_code(page, render):
    text = page.read_text(encoding="utf-8")
    assert render.rendered(text) == text, "run `python docs/render.py`"


def test_every_part_that_can_be_rendered_is_on_a_page(render):
    shown = {name for page in render.pages() for _, name in render.PART.findall(page.read_text("utf-8"))}
    assert shown == render.PARTS.keys()


def test_the_exit_codes_are_those_of_the_code():
    classes = [errors.BulkresetError, *errors.BulkresetError.__subclasses__()]
    codes = {str(one.exit_code) for one in classes if one.__module__ == errors.__name__}
    codes |= {str(errors.EXIT_DONE), str(errors.EXIT_SOME_ROWS_NOT_DONE)}
    for page, head in (("README.md", "code"), ("docs/cron.md", "exit code")):
        assert set(first_column(page, head)) == codes == set(re.findall(r"^  (\d+)", EPILOG, re.MULTILINE))


def test_outcomes_and_report_columns_are_those_of_the_code():
    assert first_column("docs/run-file.md", "outcome") == [outcome.value for outcome in Outcome]
    assert first_column("docs/faults.md", "column") == list(base.COLUMNS)


def test_the_stages_of_a_follow_up_are_those_of_the_code():
    assert first_column("docs/follow-up.md", "stage") == list(Stage)


def test_every_error_code_of_our_own_is_explained():
    sources = (ROOT / "bulkreset" / "execution").glob("*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    own = set(re.findall(r'(?:Fail\(\s*|GiveUp\(\s*|code=)"([a-z-]+)"', text))
    assert own >= {"cannot-tell", "interrupted"}
    own |= {moves.USER_LIMIT, moves.MESSAGE_LIMIT, moves.USER_GONE, drift.DRIFTED}
    own |= {base.INVALID_ROW, base.PARTLY_DONE}
    assert own - set(first_column("docs/faults.md", "`error_code` | outcome")) == set()


def test_every_kind_of_fault_of_the_simulator_is_explained():
    explained = ", ".join(first_column("docs/simulator.md", "kind of fault")).split(", ")
    assert sorted(explained) == sorted(FaultKind)


def test_make_demo_and_make_test_are_the_first_commands_of_the_readme():
    first, second = next(iter(blocks(ROOT / "README.md", "sh"))).text.splitlines()
    assert (first.split()[:2], second.split()[:2]) == (["make", "demo"], ["make", "test"])


@every_page
def test_every_command_line_in_a_block_would_be_accepted(page):
    for words in shell_commands(page, "bulkreset"):
        if not words[0].startswith("-"):
            command, arguments = command_of(words)
            command.make_context(command.name, arguments)


@every_page
def test_every_command_in_the_text_exists_with_its_options(page):
    for words in (code.split() for code in INLINE.findall(prose(page)) if code.startswith("bulkreset ")):
        command, arguments = command_of(words[1:])
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in arguments if word.startswith("-")} <= options, words


@every_page
def test_every_make_target_exists(page):
    known = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = [arguments[0] for arguments in shell_commands(page, "make")]
    named += re.findall(r"`make ([a-z]+)`", prose(page))
    assert set(named) <= set(known)


@every_page
def test_every_link_leads_somewhere(page):
    for link in LINK.finditer(prose(page)):
        if "://" in link["target"]:
            continue
        target = page.parent / link["target"] if link["target"] else page
        assert target.exists(), link[0]
        if link["anchor"]:
            headings = HEADING.findall(target.read_text(encoding="utf-8"))
            assert link["anchor"] in map(anchor_of, headings), link[0]


def test_the_readme_leads_to_every_page():
    led_to = {link["target"] for link in LINK.finditer(prose(ROOT / "README.md"))}
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= led_to


@every_page
def test_every_file_named_in_the_text_is_there(page):
    named = {code for code in INLINE.findall(prose(page)) if TREE.fullmatch(code)}
    assert [name for name in named if not (ROOT / name).exists()] == []


@every_page
def test_every_example_of_a_file_is_sound(page, tmp_path):
    for number, (language, text) in enumerate(blocks(page, "csv", "yaml")):
        tree = yaml.safe_load(text) if language == "yaml" else {}
        if "pool_id" in tree:
            jsonschema.validate(tree, environment_schema())
        elif "environment" in tree and tree["goal"] in goals():
            jsonschema.validate(tree, job_schema(policy_keys()))
            assert not resolve_policy(tree["goal"], tree.get("policy", {}), policy_keys()).problems
        elif "environment" not in tree:
            path = tmp_path / f"{number}.{language}"
            path.write_text(text, encoding="utf-8")
            chunks = list(read_manifest(path, policy_keys(), "force-reset"))
            assert [problem for chunk in chunks for problem in problems(chunk, path)] == []


@every_page
def test_every_shell_script_has_sound_syntax(page):
    for _, text in blocks(page, "sh"):
        subprocess.run(["sh", "-n"], input=text, text=True, check=True)  # noqa: S607 - any sh


def test_the_policies_of_the_readme_allow_what_bulkreset_calls_and_no_more():
    read = [json.loads(block.text)["Statement"] for block in blocks(ROOT / "README.md", "json")]
    policies = [statement for statements in read for statement in statements]
    plan, apply, limits, looks = ([name.partition(":")[2] for name in one["Action"]] for one in policies)
    assert set(plan) == {"DescribeUserPool", "ListUsers"}
    of_cognito = [action for action in actions().values() if action.service == COGNITO]
    others = {f"`ses:{action.operation}`" for action in actions().values() if action.service == SES}
    assert all(name in (ROOT / "README.md").read_text(encoding="utf-8") for name in others)
    assert set(apply) == {*plan, "AdminGetUser", *(action.operation for action in of_cognito)}
    assert set(first_column("README.md", "action")) == set(apply)
    sources = (ROOT / "bulkreset" / "cognito" / "account").glob("*.py")
    asked = {name for path in sources for name in QUESTION.findall(path.read_text(encoding="utf-8"))}
    # Who calls may be asked without any permission.
    assert {xform_name(name) for name in limits} == asked - {"get_caller_identity"}
    assert {f"cognito-idp:{name}" for name in looks} == {
        name for name in WANTED if name.startswith("cognito")
    }
    assert {f"cognito-idp:{name}" for name in plan} | {GET_USER} == set(NEEDED)


def test_the_days_of_the_example_are_those_that_a_plan_tells():
    begin = datetime(2026, 12, 1, 10, tzinfo=UTC).timestamp()
    fifty_a_day = DailyMessages(50, 50, COGNITO_RENEWS_AT_HOUR)
    days = timeline(begin, [Load(120, 1.0, {Medium.EMAIL: 120})], budgets={Medium.EMAIL: fifty_a_day})
    told = "\n".join(timeline_text(days, waits_for_a_person=False))
    assert any(told in block.text for block in blocks(ROOT / "docs" / "messages.md", "text")), told
    table = [
        line.split(" | ")[1]
        for line in (ROOT / "docs" / "messages.md").read_text("utf-8").splitlines()
        if line.startswith("| ") and " December | " in line
    ]
    assert table == [*(str(day.rows) for day in days.days), "0"]


def test_whatever_can_end_or_hold_a_run_is_in_the_table_of_stops():
    gates = {path.stem for path in (ROOT / "bulkreset" / "execution" / "gates").glob("*.py")}
    assert gates - {"__init__", "base", "live_traffic"} == STOPS_OF_GATES.keys()
    told = first_column("docs/operating.md", "what happens")
    assert [stop for stops in STOPS_OF_GATES.values() for stop in stops if stop not in told] == []


@pytest.fixture
def extended(tmp_path, monkeypatch):
    """The files of the example stand in the packages that they name."""
    for package in PLUG_INS:
        folder = tmp_path / package.__name__.replace(".", "/")
        folder.mkdir(parents=True)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    known = set(sys.modules)
    for block in blocks(ROOT / "docs" / "extending.md", "python"):
        (tmp_path / block.text.splitlines()[0].removeprefix("# ")).write_text(block.text, encoding="utf-8")
    for registry in REGISTRIES:
        registry.cache_clear()
    yield
    for registry in REGISTRIES:
        registry.cache_clear()
    for name in set(sys.modules) - known:
        package, _, module = name.rpartition(".")
        if package in {one.__name__ for one in PLUG_INS}:
            vars(sys.modules[package]).pop(module, None)
            del sys.modules[name]


@pytest.mark.usefixtures("extended")
def test_the_example_of_extending_runs(tmp_path):
    page = ROOT / "docs" / "extending.md"
    (job,) = (block.text for block in blocks(page, "yaml"))
    (tmp_path / "job.yaml").write_text(job, encoding="utf-8")
    manifest, report = (block.text.split("\n", 1) for block in blocks(page, "text"))
    (tmp_path / manifest[0].removeprefix("# ")).write_text(manifest[1], encoding="utf-8")
    run = tmp_path / "example.run"

    with Simulator(quotas=NO_QUOTAS) as simulator:
        users = [SeedUser(name, preferred_mfa="SMS_MFA") for name in ("chi.oak.0", "ben.elm.1", "ada.ash.2")]
        simulator.create_pool(users)
        environment = f"pool_id: {DEMO_POOL_ID}\nendpoint_url: {simulator.endpoint_url}\n"
        (tmp_path / "environment.yaml").write_text(environment, encoding="utf-8")
        digest = plan_job(tmp_path / "job.yaml", run, None, SystemClock())
        watch = Watch(lambda _status: None, lambda _notebook: None, lambda: False)
        apply_run(run, lambda shown: shown == digest, watch, SystemClock())
        preferred = {
            user.username: simulator.user(DEMO_POOL_ID, user.username).preferred_mfa for user in users
        }

    write_report(run, "tally", tmp_path / "report.md")
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == report[1]
    assert preferred == {"chi.oak.0": "", "ben.elm.1": "", "ada.ash.2": "SMS_MFA"}
