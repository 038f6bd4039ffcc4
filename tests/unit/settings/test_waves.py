from __future__ import annotations

import pytest
from pydantic import ValidationError

from bulkreset.settings.job import Job
from bulkreset.settings.waves import Between, Wave

BASE = {"environment": "e.yaml", "goal": "force-reset", "manifest": "u.csv"}
REST = Wave()


def job(**keys: object) -> Job:
    return Job.model_validate({**BASE, **keys})


def test_a_job_has_no_waves_unless_it_says_so() -> None:
    assert job().waves == ()
    assert job(waves=None).waves == ()
    assert job().between == Between(seconds=0, confirm=False)


def test_waves_are_numbers_percentages_and_the_rest() -> None:
    waves = job(waves=[10, "1%", "10 %", "rest"]).waves
    assert waves == (Wave(count=10), Wave(fraction=0.01), Wave(fraction=0.1), REST)
    assert [str(wave) for wave in waves] == ["10", "1%", "10%", "rest"]


@pytest.mark.parametrize("waves", [["rest"], [10], ["50%", "50%"], ["100%"], ["33.3%", "33.3%", "33.4%"]])
def test_the_rest_comes_last_whether_written_or_not(waves: list[object]) -> None:
    kept = job(waves=waves).waves
    assert kept[-1] == REST
    assert kept.count(REST) == 1


def test_what_is_kept_of_a_job_is_what_a_job_may_say() -> None:
    kept = job(waves=[10, "7%"], between="10m").model_dump(mode="json")
    assert kept["waves"] == [10, "7%", "rest"]
    assert kept["between"] == 600


@pytest.mark.parametrize(
    ("written", "between", "text"),
    [
        ("10m", Between(seconds=600), "10m"),
        (90, Between(seconds=90), "1m30s"),
        (0, Between(), "0s"),
        (None, Between(), "0s"),
        ("confirm", Between(confirm=True), "confirm"),
    ],
)
def test_between_waves_is_a_pause_or_a_confirmation(written: object, between: Between, text: str) -> None:
    kept = job(waves=[10], between=written).between
    assert kept == between
    assert str(kept) == text


@pytest.mark.parametrize("pause", [0, "0s", None])
def test_no_pause_needs_no_waves(pause: object) -> None:
    assert job(between=pause).between == Between()


@pytest.mark.parametrize("pause", ["10m", "confirm"])
def test_a_pause_needs_waves(pause: str) -> None:
    with pytest.raises(ValidationError, match="no waves to stand between"):
        job(between=pause)


@pytest.mark.parametrize("waves", [["9" * 5000], [10**29, "rest", "rest"], ["\0"], [[]], {}, 5.0])
def test_what_is_no_wave_is_refused(waves: object) -> None:
    with pytest.raises(ValidationError):
        job(waves=waves)
