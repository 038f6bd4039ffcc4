"""What is remembered of a given password tells whether it fits a policy."""

from __future__ import annotations

import pytest

from bulkreset.flow.password_shape import shape_of
from bulkreset.pool import PasswordPolicy

ALL = PasswordPolicy(8, uppercase=True, lowercase=True, numbers=True, symbols=True)


@pytest.mark.parametrize("text", ["Abcdef-1", "aB1]cdef", "A" * 200 + "b1\\"])
def test_a_password_of_every_kind_fits(text):
    assert shape_of(text).fits(ALL)


@pytest.mark.parametrize(
    "text", ["Abcde-1", "abcdef-1", "ABCDEF-1", "Abcdefg-", "Abcdefg1", "Äbcdef-1", "Abcdefg1£"]
)
def test_a_password_that_lacks_one_thing_does_not(text):
    assert not shape_of(text).fits(ALL)


def test_nothing_is_asked_beyond_the_policy():
    assert shape_of("abcdefgh").fits(PasswordPolicy(8))
