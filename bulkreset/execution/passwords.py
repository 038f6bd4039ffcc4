"""The passwords that a run sets: made for each user, and sealed before anything else is done with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from bulkreset.actions.base import PasswordUse
from bulkreset.errors import Refused
from bulkreset.execution.item import Item
from bulkreset.ledger.journal import SealedPassword
from bulkreset.secrets.secret import Secret

Make = Callable[[], Secret]
Seal = Callable[[bytes], bytes]


class NewPassword(NamedTuple):
    """`sealed` is None where nobody is to know the password, or somebody knew it before."""

    password: Secret
    sealed: SealedPassword | None


class Passwords:
    """`make` makes a password that conforms to the pool's policy, `seal` seals to the job's recipients.

    `seal` is None where the job names no recipient: then it `discards` its passwords, or all are `given`, by
    row. Those somebody chose: they are set as they are, and kept nowhere, so who takes up the run cannot set
    them.
    """

    def __init__(
        self,
        make: Make | None,
        seal: Seal | None,
        given: Mapping[int, Secret] | None = None,
        *,
        discards: bool = False,
    ) -> None:
        self._make = make
        self._seal = seal
        self._given = given or {}
        self._discards = discards

    def new(self, item: Item) -> NewPassword:
        """A password for the step at hand.

        Raises Refused where there is no way to make one, and where nobody would ever know it but should.
        """
        given = self._given.get(item.work.row)
        if given is not None:
            return NewPassword(given, None)
        if self._make is None:
            raise Refused("the run sets passwords, and was given no way to make them")
        is_discarded = self._discards or item.action.password is PasswordUse.DISCARDED
        if self._seal is None and not is_discarded:
            raise Refused(
                "the password for this user was chosen by somebody and is kept nowhere, so the run cannot "
                "set it; plan again"
            )
        password = self._make()
        if self._seal is None or item.action.password is PasswordUse.DISCARDED:
            return NewPassword(password, None)
        content = {"username": item.work.username, "password": password.reveal()}
        sealed = self._seal(json.dumps(content, ensure_ascii=False).encode())
        return NewPassword(password, SealedPassword(item.work.row, item.ordinal, sealed))

    def can_change(self, item: Item) -> bool:
        """Whether another password could be set for this row instead."""
        return item.work.row not in self._given


NO_PASSWORDS = Passwords(None, None)
"""Of a run whose plan sets none."""
