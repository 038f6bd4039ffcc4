"""What `watch` shows, on a terminal of 80 columns and elsewhere."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.live import Live

from bulkreset.cli.view import Lines, Panel
from bulkreset.flow.follow import Seen
from bulkreset.ledger.read import Event


def seen(state: str = "running", **changes) -> Seen:
    status = {
        "run": "night.run",
        "state": state,
        "goal": "force-reset",
        "outcomes": {"done": 40, "failed": 1, "unknown": 3, "not-attempted": 56},
        "rate": {
            "UserAccountRecovery": {"granted": 30.0, "used": 29.6},
            "UserUpdate": {"granted": 25.0, "used": 24.7},
        },
    }
    event = Event(1, 1_700_000_000.0, "slowed-down", {"reason": "Cognito answered " + "x" * 200}, "h" * 64)
    values = {
        "status": status,
        "news": (event,),
        "latest": (event,),
        "hold": None,
        "wave": 2,
        "waves": 4,
        "settled": 41,
        "to_do": 100,
        "rows_per_second": 12.5,
        "seconds_left": 4.7,
    }
    return Seen(**values | changes)


@pytest.fixture
def terminal(monkeypatch):
    """A terminal of 80 columns; what was drawn last."""
    drawn = io.StringIO()
    console = Console(file=drawn, width=80, force_terminal=True, color_system=None)
    monkeypatch.setattr(
        "bulkreset.cli.view.Live", lambda **_options: Live(console=console, auto_refresh=False)
    )
    return drawn


def test_a_panel_of_eighty_columns_shows_every_rate_and_no_line_is_too_long(terminal):
    with Panel() as panel:
        panel.show(seen())
    text = terminal.getvalue()
    assert "of 30/s" in text
    assert "of 25/s" in text
    assert "wave 2 of 4" in text
    assert all(len(line.rstrip("\r")) <= 80 for line in text.splitlines() if "\x1b" not in line)


def test_what_is_in_flight_is_called_so(capsys):
    Lines().show(seen())
    assert "in flight 3" in capsys.readouterr().out


def test_a_held_run_says_why_and_tells_no_pace(capsys):
    Lines().show(seen("paused", hold={"why": "jane on desk paused it", "until": None}))
    told = capsys.readouterr().out
    assert "jane on desk paused it" in told
    assert "rows/s" not in told


def test_lines_tell_what_is_new_once(capsys):
    lines = Lines()
    lines.show(seen())
    lines.show(seen(news=()))
    assert len(capsys.readouterr().out.splitlines()) == 2
