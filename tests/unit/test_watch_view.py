"""What `watch` shows, on a terminal and elsewhere."""

from __future__ import annotations

import io

import pyte
import pytest
from rich.cells import cell_len

from bulkreset.cli.glyphs import ASCII, BLOCKS, glyphs_for
from bulkreset.cli.painter import Painter
from bulkreset.cli.view import Lines
from bulkreset.cli.watch_frame import Frame
from bulkreset.flow.follow import Seen, Wave
from bulkreset.flow.messages_today import MessagesToday
from bulkreset.ledger.read import Event
from bulkreset.ledger.records import ErrorCount

SLOW = Event(1, 1_700_000_000.0, "slowed-down", {"reason": "Cognito answered TooManyRequests"}, "h" * 64)


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
    values = {
        "at": 1_700_000_100.0,
        "status": status,
        "news": (SLOW,),
        "latest": (SLOW,),
        "hold": None,
        "wave": 2,
        "waves": {1: Wave(10, 10), 2: Wave(90, 31), 3: Wave(900, 0)},
        "settled": 41,
        "to_do": 1000,
        "rows_per_second": 12.5,
        "seconds_left": 76.7,
        "calls_per_second": {
            "UserAccountRecovery": (0.0, 3.75, 7.5, 15.0, 30.0, 60.0, 30.0, 30.0, 30.0),
            "UserUpdate": (25.0, 25.0, 0.1),
        },
        "errors": (
            ErrorCount("UserNotFoundException", 3, 1_700_000_040.0),
            ErrorCount("user-limit", 1, None),
        ),
        "messages": (MessagesToday("email", 412, 50_000), MessagesToday("sms", 3, None)),
    }
    return Seen(**values | changes)


def slowed(reason: str = "Cognito answered TooManyRequests") -> Event:
    detail = {
        "category": "UserUpdate",
        "rate_per_second": 17.5,
        "granted_per_second": 25.0,
        "reason": reason,
    }
    return Event(1, 1_700_000_000.0, "slowed-down", detail, "h" * 64)


def in_eighty(**changes) -> str:
    return "\n".join(Frame(seen(**changes), 80, BLOCKS).lines())


GOLDEN = """\
force-reset · night.run · running
██░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 41 of 1,000, 4 %
done 40, failed 1, in flight 3
pace      12.5 rows/s · 77 s left, until 22:16 UTC
rate      UserAccountRecovery                         ▁▂▄█████   36.0/s of 30/s
          UserUpdate                                       ██▁   16.7/s of 25/s
waves     1 done 10 · 2 now 31 of 90 · 3 to come 900
messages  email 412 today of 50,000 · sms 3 today, no limit known
errors    3 UserNotFoundException, last 22:14:00
          1 user-limit
22:13:20  slowed-down Cognito answered TooManyRequests
"""


def test_eighty_columns_hold_the_whole_state():
    assert "\n".join(Frame(seen(), 80, BLOCKS).lines()) + "\n" == GOLDEN


IN_SIXTY = """\
waves     1 done 10 · 2 now 4,321 of 88,000
          3 to come 900,000
messages  email 412 today of 50,000
          sms 3 today, no limit known
"""


def test_a_narrow_terminal_gets_more_lines_rather_than_half_a_wave():
    waves = {1: Wave(10, 10), 2: Wave(88_000, 4_321), 3: Wave(900_000, 0)}
    lines = Frame(seen(waves=waves), 60, BLOCKS).lines()
    here = next(number for number, line in enumerate(lines) if line.startswith("waves"))
    assert "\n".join(lines[here : here + 4]) + "\n" == IN_SIXTY


@pytest.mark.parametrize("glyphs", [BLOCKS, ASCII], ids=["blocks", "ascii"])
@pytest.mark.parametrize("columns", [1, 20, 39, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(columns, glyphs):
    long = Event(2, 1_700_000_000.0, "paused", {"why": "名前 " * 100 + "\x1b[31m\n"}, "h" * 64)
    crowded = seen(
        latest=(long,) * 5,
        hold={"why": "x" * 300, "until": None},
        waves={number: Wave(10**9, 5) for number in range(1, 50)},
        wave=25,
        errors=tuple(ErrorCount(f"SomeVeryLongCode{n}", 10**6, 1.7e9) for n in range(30)),
        slow={"UserUpdate": slowed("名前 " * 100)},
        status={**seen().status, "run": "a\x1b[2J\n名前.run"},
    )
    for line in Frame(crowded, columns, glyphs).lines(40):
        assert cell_len(line) < max(2, columns)
        assert line.isprintable()
        assert glyphs is BLOCKS or line.isascii()


def test_a_low_terminal_loses_events_first():
    lines = Frame(seen(latest=(SLOW,) * 5), 80, BLOCKS).lines(12)
    assert len(lines) == 12
    assert lines[8].startswith("errors")
    assert lines[10].startswith("22:13:20")


def test_a_run_that_is_held_says_why_and_tells_no_pace():
    lines = Frame(seen("paused", hold={"why": "jane on desk paused it", "until": None}), 80, BLOCKS).lines()
    assert "waits     jane on desk paused it" in lines
    assert not any("rows/s" in line for line in lines)


def test_a_category_that_is_slowed_down_says_why_for_as_long_as_it_is():
    told = in_eighty(slow={"UserUpdate": slowed()}, latest=())
    assert "waits     UserUpdate at 17.5/s of 25/s: Cognito answered TooManyRequests" in told


def test_a_plan_waits_for_somebody_to_begin_it():
    assert "waits     for somebody to begin it" in in_eighty(state="planned", latest=())


def test_a_stopped_run_says_the_reason_that_its_runner_gave():
    why = "too many rows failed: 3 of 50 (6 %); see `bulkreset report a.run --out report.csv`, mend the cause"
    stopped = Event(9, 1_700_000_000.0, "stopped", {"reason": why}, "h" * 64)
    told = in_eighty(state="stopped", latest=(SLOW, stopped)).splitlines()
    assert told[3] == "waits     too many rows failed: 3 of 50 (6 %); see `bulkreset report a.run"
    assert told[4] == "          --out report.csv`, mend the cause"


def test_a_run_whose_runner_was_killed_says_so():
    assert "its runner ended without a word" in in_eighty(state="stopped")


def test_of_many_codes_the_latest_are_told():
    errors = tuple(ErrorCount(f"Code{number}", 10, 1.7e9) for number in range(30))
    told = in_eighty(errors=errors).splitlines()
    here = next(number for number, line in enumerate(told) if line.startswith("errors"))
    assert told[here] == "errors    10 Code0, last 22:13:20"
    assert told[here + 3] == "          270 of 27 more codes"


def test_a_bar_is_full_only_where_nothing_is_left():
    assert BLOCKS.bar(0.999, 10) == "█████████░"
    assert BLOCKS.bar(1.0, 10) == "█" * 10
    assert Frame(seen(settled=0, to_do=0), 80, BLOCKS).lines()[1].endswith("0 of 0, 100 %")


@pytest.mark.parametrize(
    ("encoding", "glyphs"), [("utf-8", BLOCKS), ("ascii", ASCII), ("latin-1", ASCII), (None, ASCII)]
)
def test_a_terminal_gets_the_signs_that_it_has(encoding, glyphs):
    assert glyphs_for(encoding) is glyphs


@pytest.fixture
def painted():
    """Paints frames; gives what the terminal shows, and how much was sent for the last one."""
    file, screen = io.StringIO(newline=""), pyte.Screen(80, 24)
    screen.set_mode(pyte.modes.LNM)
    stream, painter = pyte.Stream(screen), Painter(file)

    def painted(lines, columns=80):
        file.seek(0)
        file.truncate()
        painter.paint(lines, columns, 24)
        stream.feed(file.getvalue())
        return [line.rstrip() for line in screen.display if line.strip()], len(file.getvalue())

    return painted


def test_each_frame_stands_where_the_last_one_was(painted):
    for lines in (["a", "b", "c"], ["a", "other", "c"], ["a"], ["a", "b", "longer than before"], ["z"]):
        assert painted(lines)[0] == lines


def test_what_did_not_change_is_not_sent(painted):
    lines = Frame(seen(), 80, BLOCKS).lines()
    assert painted(lines)[1] > 400
    assert painted(lines)[1] == 0
    assert painted([*lines[:-1], "22:13:21  changed"])[1] < 40


def test_after_a_change_of_width_the_frame_comes_anew(painted):
    painted(["a", "b"])
    assert painted(["a", "b"], columns=60)[0] == ["a", "b", "a", "b"]


def test_what_is_in_flight_is_called_so(capsys):
    Lines().show(seen())
    assert "in flight 3" in capsys.readouterr().out


def test_without_a_terminal_a_held_run_says_why_and_tells_no_pace(capsys):
    Lines().show(seen("paused", hold={"why": "jane on desk paused it", "until": None}))
    told = capsys.readouterr().out
    assert "jane on desk paused it" in told
    assert "rows/s" not in told


def test_lines_tell_what_is_new_once(capsys):
    lines = Lines()
    lines.show(seen())
    lines.show(seen(news=()))
    assert len(capsys.readouterr().out.splitlines()) == 2
