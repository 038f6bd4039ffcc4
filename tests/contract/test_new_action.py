"""What a new action costs: one file."""

from __future__ import annotations

import sys

import pytest
from factories import POOL_ID
from service_model import TARGETS, problems_of

import bulkreset.actions
from bulkreset.actions.base import Action
from bulkreset.actions.registry import actions
from bulkreset.errors import BulkresetError
from bulkreset.planning.summary import Group, estimate

ONE_FILE = '''\
"""confirm-sign-up: the user need not confirm the sign-up any more."""

from __future__ import annotations

from bulkreset.actions.base import Action, user_only

ACTION = Action(
    name="confirm-sign-up",
    summary="confirm the sign-up in the place of the user",
    operation="AdminConfirmSignUp",
    category="UserCreation",
    request=user_only,
    sends_message=False,
    bills_user=False,
    repeat_safe=True,
)
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder whose files count as files of `bulkreset.actions`."""
    monkeypatch.setattr(bulkreset.actions, "__path__", [*bulkreset.actions.__path__, str(tmp_path)])
    known = set(sys.modules)
    actions.cache_clear()
    yield tmp_path
    actions.cache_clear()
    for name in set(sys.modules) - known:
        if name.startswith("bulkreset.actions."):
            del sys.modules[name]
            vars(bulkreset.actions).pop(name.rpartition(".")[2], None)


def test_a_new_file_is_a_new_action_that_keeps_to_the_contract(folder):
    (folder / "confirm_sign_up.py").write_text(ONE_FILE)

    found = actions()["confirm-sign-up"]

    assert isinstance(found, Action)
    assert [problem for target in TARGETS.values() for problem in problems_of(found, target)] == []
    assert found.request(TARGETS["a plain user"]) == {"UserPoolId": POOL_ID, "Username": "ada"}


def test_a_plan_with_the_new_action_is_estimated(folder):
    (folder / "confirm_sign_up.py").write_text(ONE_FILE)

    amount = estimate([Group("do", "ready", ("confirm-sign-up",), 50, ("ada",))], lambda _category: 25.0)

    assert {(time.category, time.calls) for time in amount.categories} == {
        ("UserCreation", 50),
        ("UserList", 50),
    }
    assert amount.messages == 0


def test_a_file_that_declares_something_else_is_named(folder):
    (folder / "mistaken.py").write_text("ACTION = 'confirm-sign-up'\n")

    with pytest.raises(BulkresetError, match=r"bulkreset\.actions\.mistaken\.ACTION is not a Action"):
        actions()


def test_a_file_that_declares_nothing_is_a_helper(folder):
    before = set(actions())
    actions.cache_clear()
    (folder / "helper.py").write_text("ANSWER = 42\n")

    assert set(actions()) == before
