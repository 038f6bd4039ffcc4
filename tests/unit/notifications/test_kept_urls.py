"""A URL is taken from a variable, or from a file that nobody else may read, and never repeated."""

from __future__ import annotations

import os

import pytest

from bulkreset.notifications.sender import NotSent
from bulkreset.notifications.url import url_of
from bulkreset.settings.url_from import UrlFrom

URL = "slack://canary/b/c"


def kept_in(path, text, mode=0o600):
    path.write_text(text)
    path.chmod(mode)
    return UrlFrom(file=path)


def test_a_variable_holds_it():
    assert url_of(UrlFrom(env="HOOK"), {"HOOK": f" {URL}\n"}).reveal() == URL
    with pytest.raises(NotSent, match="variable HOOK is not set"):
        url_of(UrlFrom(env="HOOK"), {"HOOK": " "})


def test_a_file_holds_it(tmp_path):
    assert url_of(kept_in(tmp_path / "url", f"{URL}\n")).reveal() == URL


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_file_that_others_may_read_is_not_used(tmp_path, mode):
    with pytest.raises(NotSent, match="chmod 600") as refusal:
        url_of(kept_in(tmp_path / "url", URL, mode))
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "\n", f"{URL} {URL}", f"one\n{URL}"])
def test_a_file_holds_one_url_and_nothing_else(tmp_path, text):
    with pytest.raises(NotSent, match="one URL and nothing else") as refusal:
        url_of(kept_in(tmp_path / "url", text))
    assert "canary" not in str(refusal.value)


def test_what_cannot_be_read_is_told(tmp_path):
    with pytest.raises(NotSent, match="No such file"):
        url_of(UrlFrom(file=tmp_path / "none"))
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "bytes").chmod(0o600)
    with pytest.raises(NotSent, match="UTF-8"):
        url_of(UrlFrom(file=tmp_path / "bytes"))
    with pytest.raises(NotSent, match="Is a directory"):
        url_of(UrlFrom(file=tmp_path))


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(NotSent, match="regular file"):
        url_of(UrlFrom(file=tmp_path / "pipe"))
