"""What the commands for one user tell: in words, before and afterwards, and as one JSON object."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from factories import pool, user

from bulkreset.cli.labels import WIDTH
from bulkreset.cli.one_user_text import ended_text, line_of, planned_text, result_json
from bulkreset.cli.portrait_text import portrait_json, portrait_text
from bulkreset.flow.user.advice import WAYS
from bulkreset.flow.user.carry_out import Ended
from bulkreset.flow.user.job import JobOfOne
from bulkreset.flow.user.outlook import Subject, signature_of
from bulkreset.flow.user.plan import Carried, Planned
from bulkreset.flow.user.show import Portrait
from bulkreset.flow.user.wish import Wish
from bulkreset.goals.base import DecisionKind
from bulkreset.goals.registry import goals
from bulkreset.ledger.states import Outcome
from bulkreset.pool import PasswordPolicy
from bulkreset.preflight.base import Finding, Severity
from bulkreset.secrets.secret import Secret

ENVIRONMENT = Path("configs/my pool.yaml")
RESET = Wish("reset", "force-reset")


def planned(**changes):
    values = {
        "user": user("ada"),
        "wish": RESET,
        "password_policy": PasswordPolicy(),
        "decision": DecisionKind.DO,
        "reason": "ready",
        "why": "",
        "steps": ("reset-password", "sign-out"),
        "medium": "email",
        "carried": Carried(JobOfOne(Path("job.yaml"), Path("user.run")), "d" * 64, 1),
    }
    return Planned(**values | changes)


def blocked(**changes):
    values = {"decision": DecisionKind.BLOCK, "steps": (), "medium": "", "carried": None}
    return planned(**values | changes)


def ended(outcome, **changes):
    values = {"error_code": "", "error_message": "", "status": {"calls": {}}, "exit_code": 0, "left": None}
    return Ended(outcome, **values | changes)


def portrait(**changes):
    one = user("ada", phone_number="+15550100", created_at=1_600_000_000.0, attributes='{"name":"Ada"}')
    about = Subject(one, signature_of(one, {}, is_named=False), pool(**changes))
    outlooks = tuple(about.outlook(goal) for goal in goals())
    return Portrait(one, "p", "customers", protected=False, mfa_read=False, outlooks=outlooks, calls={})


def test_what_will_be_done_is_told_with_what_the_user_sees_and_what_nobody_takes_back():
    warning = Finding("tokens", Severity.WARNING, "tokens last long", "", "")
    note = Finding("mfa", Severity.NOTE, "was not looked at", "", "")
    text = "\n".join(planned_text(planned(hazards=("UNPROVED",), findings=(warning, note)), ENVIRONMENT))
    assert "do        reset-password, sign-out (message by email)" in text
    assert "sees      The old password stops working, and a message with a code arrives." in text
    assert "lasting   A message that was sent cannot be called back" in text
    assert "hazard    UNPROVED" in text
    assert "warning   tokens last long" in text
    assert "not looked at" not in text


def test_what_is_not_done_is_told_with_why_and_with_command_lines_that_would_help():
    told = blocked(
        reason="no-verified-contact", why="the rule", means="locked out", ways=(WAYS["verify-email-first"],)
    )
    lines = list(planned_text(told, ENVIRONMENT))
    assert lines[1] == "block     nothing was changed, this cannot be done safely: no-verified-contact"
    assert lines[2:4] == ["          the rule", "          locked out"]
    assert lines[4].startswith("instead   bulkreset user reset ada --verify email --environment")


@pytest.mark.parametrize("name", ["ada", "o'brien; rm -rf /", "two words", "ünïcode", "-x"])
def test_a_command_line_that_is_offered_means_that_user_in_any_shell(name):
    line = line_of(WAYS["verify-email-first"], name, ENVIRONMENT)
    command, options = (
        ["bulkreset", "user", "reset"],
        ["--verify", "email", "--environment", str(ENVIRONMENT)],
    )
    expected = [*command, *options, "--", name] if name == "-x" else [*command, name, *options]
    assert shlex.split(line) == expected


def test_nothing_is_wider_than_a_terminal_but_command_lines():
    told = blocked(reason="protected", means="a long story " * 20, ways=tuple(WAYS.values()))
    texts = [planned_text(planned(), ENVIRONMENT), planned_text(told, ENVIRONMENT)]
    lines = [line for text in texts for part in text for line in part.splitlines()]
    lines += [line for text in portrait_text(portrait(), "ada", in_full=True) for line in text.splitlines()]
    assert all(len(line) <= WIDTH for line in lines if not line.startswith("instead"))
    assert max(len(line) for line in lines) > WIDTH // 2


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_told_with_what_kept_the_user_from_being_done(outcome):
    lines = list(ended_text(ended(outcome, error_code="code", error_message="text"), planned()))
    assert lines[0].startswith(outcome.value)
    assert lines[0].endswith("code: text")


def test_the_object_says_the_same_and_a_made_password_only_where_one_was_made():
    told = json.loads(result_json("ada@example.com", planned(), ended(Outcome.DONE), None, None))
    assert (told["decision"], told["outcome"], told["run"]) == ("do", "done", "")
    assert told["user"]["username"] == "ada"
    assert "password" not in told
    made = json.loads(result_json("ada", planned(), ended(Outcome.DONE), None, Secret("canary")))
    assert made["password"] == "canary"
    stranded = blocked(reason="no-contact", ways=(WAYS["set-password"],))
    told = json.loads(result_json("ada", stranded, None, Path("kept.run"), None))
    assert (told["outcome"], told["instead"], told["run"]) == ("", ["set-password"], "kept.run")
    assert json.loads(result_json("x", None, None, None, None))["user"]["found"] == 0


def test_contacts_are_masked_unless_they_are_asked_for():
    for masked in (
        "\n".join(portrait_text(portrait(), "ada", in_full=False)),
        portrait_json(portrait(), "ada", in_full=False),
    ):
        assert "a…@example.com" in masked
        assert "ada@" not in masked
        assert "+15550100" not in masked
    for full in (
        "\n".join(portrait_text(portrait(), "ada", in_full=True)),
        portrait_json(portrait(), "ada", in_full=True),
    ):
        assert "ada@example.com" in full
        assert "+15550100" in full


def test_a_portrait_has_a_line_for_every_goal_and_says_which_the_pool_refuses():
    seen = portrait(recovery=("admin_only",))
    text = "\n".join(portrait_text(seen, "ada", in_full=False))
    assert all(f"\n  {name} " in text for name in goals())
    assert "force-reset        refused" in text
    told = json.loads(portrait_json(seen, "ada", in_full=False))
    assert told["goals"]["force-reset"]["decision"] == "refused"
    assert told["goals"]["disable"] == {
        "decision": "do",
        "reason": "ready",
        "why": "any other user",
        "steps": ["disable-user"],
        "medium": "",
    }
    assert (told["other_attributes"], told["preferred_mfa"]) == (1, None)
