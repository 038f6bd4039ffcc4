"""The folder that runs share: where it is, who else shares it, and what is said when it cannot be."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bulkreset.errors import InputError
from bulkreset.rates.state_dir import shared_folder

ACCOUNT, REGION = "123456789012", "eu-central-1"


def test_the_folder_is_of_one_account_and_region(tmp_path):
    folder = shared_folder(tmp_path, ACCOUNT, REGION, None)

    assert folder == tmp_path / "123456789012-eu-central-1"
    assert folder.is_dir()


def test_the_platform_says_where_state_goes_unless_the_environment_does(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    folder = shared_folder(None, ACCOUNT, REGION, None)

    assert folder == tmp_path / "bulkreset" / "123456789012-eu-central-1"


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        ("http://127.0.0.1:5000", "@127.0.0.1-5000"),
        ("http://localhost:5000/", "@localhost-5000"),
        ("http://localhost", "@localhost-80"),
        ("https://cognito.internal/x/y", "@cognito.internal-443"),
        ("http://[::1]:5000", "@__1-5000"),
        ("http://../../etc", "@..-80"),
    ],
)
def test_another_endpoint_is_another_world(tmp_path, endpoint, name):
    assert shared_folder(tmp_path, ACCOUNT, REGION, endpoint) == tmp_path / f"{ACCOUNT}-{REGION}{name}"


def test_no_name_leads_out_of_the_folder(tmp_path):
    folder = shared_folder(tmp_path, "../../x", "..", None)

    assert folder.parent == tmp_path


def test_only_the_owner_can_look_into_it(tmp_path):
    root = tmp_path / "state"
    folder = shared_folder(root, ACCOUNT, REGION, None)

    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_is_there_is_taken_and_nothing_is_left_in_it(tmp_path):
    folder = shared_folder(tmp_path, ACCOUNT, REGION, None)

    assert shared_folder(tmp_path, ACCOUNT, REGION, None) == folder
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("where", ["a file", "below a file", "nowhere to write"])
def test_a_folder_that_cannot_be_used_is_told_with_what_to_do(tmp_path, where):
    (tmp_path / "file").write_text("")
    root = {
        "a file": tmp_path / "file",
        "below a file": tmp_path / "file" / "state",
        "nowhere to write": Path("/proc/state"),
    }[where]

    with pytest.raises(InputError) as caught:
        shared_folder(root, ACCOUNT, REGION, None)

    problem = caught.value.problems[0]
    assert problem.file == root / "123456789012-eu-central-1"
    assert "cannot share this folder" in problem.message
    assert "state_dir" in problem.advice
