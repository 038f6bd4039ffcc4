from __future__ import annotations

import zoneinfo
from datetime import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from bulkreset.settings.loading import load_job
from bulkreset.settings.window import Window

WEEK = frozenset(range(7))
HOURS = {"from": "22:00", "to": "06:00", "timezone": "Europe/Berlin"}


def window(**keys: object) -> Window:
    return Window.model_validate({**HOURS, **keys})


def test_a_window_is_read_from_unquoted_yaml(write, goal_keys) -> None:
    write("pool_id: us-east-1_AbCdEf123\n", "environment.yaml")
    write("username\nana\n", "users.csv")
    job: Path = write(
        "environment: environment.yaml\ngoal: force-reset\nmanifest: users.csv\n"
        "window: {from: 22:00, to: 6:00, timezone: Europe/Berlin, days: [mon-fri, Sunday]}\n",
        "job.yaml",
    )
    read = load_job(job, goal_keys).job.window
    assert read is not None
    assert (read.opens, read.closes, read.timezone) == (time(22), time(6), "Europe/Berlin")
    assert read.days == {0, 1, 2, 3, 4, 6}


def test_a_window_opens_every_day_unless_it_says_which() -> None:
    assert window().days == WEEK
    assert window(days=None).days == WEEK


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["mon"], {0}),
        (["Monday"], {0}),
        (["TUES", "thurs"], {1, 3}),
        (["mon-fri"], {0, 1, 2, 3, 4}),
        (["fri-mon"], {4, 5, 6, 0}),
        (["sun-sun"], {6}),
        (["mon - wed", "sat"], {0, 1, 2, 5}),
        (["mon-sun"], set(WEEK)),
        (["mon", "mon"], {0}),
    ],
)
def test_days_are_names_and_ranges(days: list[str], expected: set[int]) -> None:
    assert window(days=days).days == expected


@pytest.mark.parametrize(
    "days", [[], "mon", ["mo"], [""], ["-"], ["mon-"], ["mon-fri-sun"], ["day"], [0], [None], 5, {}]
)
def test_these_are_no_days(days: object) -> None:
    with pytest.raises(ValidationError, match="days"):
        window(days=days)


@pytest.mark.parametrize("text", ["0:00", "00:00", "23:59", "23:59:59", "6:30"])
def test_these_are_times_of_day(text: str) -> None:
    hour, minute, *second = map(int, text.split(":"))
    assert window(**{"from": text, "to": "12:00"}).opens == time(hour, minute, *second)


@pytest.mark.parametrize("written", ["24:00", "23:60", "22", "22.30", "10pm", "٢٢:00", 22, 22.5, True, None])
def test_these_are_no_times_of_day(written: object) -> None:
    with pytest.raises(ValidationError, match="from"):
        window(**{"from": written})


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"])
def test_these_are_time_zones(name: str) -> None:
    assert window(timezone=name).timezone == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Europe",
        "localtime",
        "right/Europe/Berlin",
        "../UTC",
        "/etc/localtime",
        "a\0b",
        "+01:00",
        "x" * 5000,
    ],
)
def test_these_are_no_time_zones(name: str) -> None:
    with pytest.raises(ValidationError, match="is no time zone"):
        window(timezone=name)


def test_a_machine_without_time_zones_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    with pytest.raises(ValidationError, match="this machine has no time zones"):
        window()


def test_a_window_that_never_opens_is_refused() -> None:
    with pytest.raises(ValidationError, match="opens and closes at 22:00"):
        window(to="22:00")


def test_a_window_is_kept_as_it_is_written() -> None:
    kept = window(days=["fri-mon"], to="6:00:30").model_dump(mode="json")
    assert kept == {**HOURS, "to": "06:00:30", "days": ["mon", "fri", "sat", "sun"]}


def test_a_window_can_be_made_by_the_names_of_its_parts() -> None:
    assert Window(opens=time(22), closes=time(6), timezone="Europe/Berlin", days=WEEK) == window()
