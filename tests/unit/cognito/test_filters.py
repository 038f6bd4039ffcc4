"""What of a selection Cognito itself can pick out, at the least cost."""

from __future__ import annotations

import pytest
from factories import pool

from bulkreset.cognito.filters import cheapest_filters
from bulkreset.settings.select import selection_of


def filters(asked, **facts):
    return [str(one) for one in cheapest_filters(selection_of(asked), pool(**facts))]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"everyone": True}, []),
        ({"enabled": False}, []),
        ({"status": "CONFIRMED"}, []),
        ({"status": ["CONFIRMED", "UNCONFIRMED"]}, []),
        ({"status": "UNCONFIRMED"}, ['cognito:user_status = "UNCONFIRMED"']),
        (
            {"status": ["UNCONFIRMED", "RESET_REQUIRED"]},
            ['cognito:user_status = "UNCONFIRMED"', 'cognito:user_status = "RESET_REQUIRED"'],
        ),
        ({"attributes": {"email": "a@example.com"}, "status": "UNCONFIRMED"}, ['email = "a@example.com"']),
        ({"attributes": {"email": {"prefix": "a"}, "given_name": "Ada"}}, ['given_name = "Ada"']),
        ({"attributes": {"given_name": {"prefix": "A"}, "email": {"prefix": "a"}}}, ['email ^= "a"']),
        ({"attributes": {"email": {"regex": "^a"}}}, []),
        ({"attributes": {"email": ""}}, []),
        ({"attributes": {"custom:dept": "sales"}}, []),
        ({"attributes": {"locale": "de"}}, []),
        ({"attributes": {"name": "x" * 300}}, []),
    ],
)
def test_one_attribute_or_the_status_narrows_it_down(asked, expected):
    assert filters(asked) == expected


def test_a_username_is_asked_for_as_the_pool_keeps_it():
    asked = {"attributes": {"username": {"prefix": "Ada"}}}

    assert filters(asked) == ['username ^= "ada"']
    assert filters(asked, case_sensitive=True) == ['username ^= "Ada"']
