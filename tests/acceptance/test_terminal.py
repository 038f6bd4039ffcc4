"""On a terminal: apply shows the plan and asks, and a bar tells the progress."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import suppress

import pyte
import pytest
from command import until, verified_users
from team import ADA, BOB, arn_of, keys_of
from terminal import Terminal

HIDDEN_CURSOR = "\x1b[?25l"
SHOWN_CURSOR = "\x1b[?25h"


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.close()


@pytest.fixture
def asked(scene, terminal):
    """apply without a digest, on a terminal, up to its question."""
    simulator, _, command = scene(verified_users(5))
    command.environ |= {"TERM": "xterm-256color", "COLUMNS": "120"}
    command.plan("a.run")
    ends = dict.fromkeys(("stdin", "stdout", "stderr"), terminal.there)
    running = command.start("apply", "a.run", **ends)
    terminal.wait_for("Carry out this plan?")
    return simulator, terminal, running


def ended(running, terminal):
    ends_at = time.monotonic() + 10.0
    while not running.is_over:
        assert time.monotonic() < ends_at, f"still there: {terminal.screen}"
        terminal.read(0.02)
    terminal.read(0.2)
    return running.wait().code


def interrupt(running):
    """As people do: again where nothing comes of it. Python misses a signal just before it begins to read."""
    for _ in range(5):
        running.signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            running.wait(1.0)
            return


def test_apply_shows_the_plan_and_carries_it_out_on_a_yes(asked):
    simulator, terminal, running = asked
    terminal.wait_for("[y/N]", 5.0)
    assert "such as user-0000" in terminal.screen
    assert HIDDEN_CURSOR not in terminal.screen, "the bar is there before the answer"
    assert simulator.counters.calls("AdminResetUserPassword") == 0
    terminal.type("y\n")
    assert ended(running, terminal) == 0
    assert len(simulator.outbox) == 5
    assert "Traceback" not in terminal.screen
    assert "done 5" in terminal.screen


def test_apply_does_nothing_on_a_no(asked):
    simulator, terminal, running = asked
    before = simulator.counters.all_calls()
    terminal.type("n\n")
    assert ended(running, terminal) == 3
    assert simulator.counters.all_calls() == before


def test_apply_does_nothing_when_the_question_is_interrupted(asked):
    simulator, terminal, running = asked
    before = simulator.counters.all_calls()
    interrupt(running)
    assert ended(running, terminal) == 4
    assert simulator.counters.all_calls() == before
    assert "Traceback" not in terminal.screen


def test_approve_shows_the_plan_and_who_approves_and_asks(scene, terminal):
    simulator, _, command = scene(verified_users(5), environment={"approval": {"required": 1}})
    command.environ |= {"TERM": "xterm-256color", "COLUMNS": "120"} | keys_of(simulator, ADA)
    digest = command.plan("a.run")
    command.environ |= keys_of(simulator, BOB)
    running = command.start(
        "approve", "a.run", **dict.fromkeys(("stdin", "stdout", "stderr"), terminal.there)
    )
    terminal.wait_for("[y/N]")
    shown = terminal.screen.replace("\r\n", "")
    assert f"Approve this plan as {arn_of(BOB)}, until 20" in shown
    assert digest in shown
    assert "such as user-0000" in shown
    terminal.type("y\n")
    assert ended(running, terminal) == 0
    assert "1 of 1 approvals" in terminal.screen


def on_screen(sent, columns):
    """The lines that a terminal of so many columns shows."""
    screen = pyte.Screen(columns, 24)
    pyte.Stream(screen).feed(sent)
    return [line.rstrip() for line in screen.display if line.strip()]


def test_watch_keeps_its_lines_in_place_and_sends_nothing_while_nothing_happens(scene, terminal):
    simulator, _, command = scene(
        verified_users(36),
        environment={"quotas": {"share": 1.0, "UserAccountRecovery": {"rate_per_second": 15}}},
        job={"waves": [12, "rest"], "between": "0s"},
    )
    command.environ |= {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "LANG": "C.UTF-8"}
    runner = command.start("apply", "a.run", "--confirm", command.plan("a.run"))
    until(lambda: simulator.counters.calls("AdminResetUserPassword") > 5, "the run to be under way")
    assert command("pause", "a.run").code == 0
    ends = dict.fromkeys(("stdin", "stdout", "stderr"), terminal.there)
    watching = command.start("watch", "a.run", "--every", "0.2", **ends)
    # Columns that did not change are not sent: only on a screen do they stand together.
    until(lambda: terminal.read(0.1) or "0.0/s of 15/s" in "".join(on_screen(terminal.screen, 80)), "a pause")
    assert "paused it" in terminal.screen
    terminal.read_for(0.5)
    before = len(terminal.screen)
    terminal.read_for(2.0)
    assert len(terminal.screen) - before < 10, f"sent while nothing happened: {terminal.screen[before:]!r}"

    assert command("continue", "a.run").code == 0
    assert ended(watching, terminal) == runner.wait().code == 0
    shown = on_screen(terminal.screen, 80)
    assert shown == on_screen(terminal.screen, 200), "a line is wrapped"
    assert shown[0] == "force-reset · a.run · finished"
    assert shown[1].endswith("36 of 36, 100 %")
    assert sum(line.startswith("force-reset") for line in shown) == 1, "an earlier frame is still there"
    assert terminal.screen.endswith(SHOWN_CURSOR)
