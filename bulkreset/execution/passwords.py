"""The passwords that a run sets: made for each user, and sealed or stored before anything else is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bulkreset.actions.base import PasswordUse
from bulkreset.actions.registry import actions
from bulkreset.errors import BulkresetError, Refused
from bulkreset.execution.item import Item
from bulkreset.execution.ports import Storage
from bulkreset.ledger.journal import SealedPassword
from bulkreset.secrets.secret import Secret
from bulkreset.secrets.stored import Entry, content_of_one

Make = Callable[[], Secret]
Seal = Callable[[bytes], bytes]


class Passwords:
    """`make` makes a password that conforms to the pool's policy, `seal` seals to the job's recipients.

    `seal` is None where the job names no recipient: then `storage` keeps passwords, or the job `discards`
    them, or all are `given`, by row. Those somebody chose: they are set as they are, and kept nowhere, so who
    takes up the run cannot set them.
    """

    def __init__(
        self,
        make: Make | None,
        seal: Seal | None,
        given: Mapping[int, Secret] | None = None,
        storage: Storage | None = None,
        *,
        discards: bool = False,
    ) -> None:
        self.storage = storage
        self._make = make
        self._seal = seal
        self._given = given or {}
        self._discards = discards

    def must_store(self, item: Item) -> bool:
        """Whether a password has to be stored before the row goes on: for the step at hand or one to come."""
        if self.storage is None or item.prepared or item.password or item.work.row in self._given:
            return False
        to_come = item.work.steps[item.ordinal :]
        return any(actions()[name].password is PasswordUse.HANDED_OUT for name in to_come)

    def give(self, item: Item) -> SealedPassword | None:
        """Give a row the password that the step at hand sets, if it sets one; what is kept of a new one.

        After a lost answer it is the same: either call counts. Raises Refused where there is no way to
        make one, and where nobody would ever know it but should.
        """
        if item.action.password is None or item.password is not None:
            return None
        given = self._given.get(item.work.row)
        if given is not None:
            item.password = given
            return None
        if self._discards or item.action.password is PasswordUse.DISCARDED:
            item.password = self.make()
            return None
        return SealedPassword(item.work.row, item.ordinal, self._kept(item))

    def _kept(self, item: Item) -> bytes:
        """A new password, as the run file keeps it: sealed, or where it is stored."""
        if item.prepared is not None:
            (item.password, stored), item.prepared = item.prepared, None
            return stored
        if self.storage is not None:
            raise BulkresetError("a password was about to be set that is stored nowhere")
        if self._seal is None:
            raise Refused(
                "the password for this user was chosen by somebody and is kept nowhere, so the run cannot "
                "set it; plan again"
            )
        item.password = self.make()
        entry = Entry(item.work.row, item.work.username, item.password)
        return self._seal(content_of_one(entry).reveal().encode())

    def make(self) -> Secret:
        """A password for anybody. Raises Refused where there is no way to make one."""
        if self._make is None:
            raise Refused("the run sets passwords, and was given no way to make them")
        return self._make()

    def can_change(self, item: Item) -> bool:
        """Whether another password could be set for this row instead."""
        return item.work.row not in self._given


NO_PASSWORDS = Passwords(None, None)
"""Of a run whose plan sets none."""
