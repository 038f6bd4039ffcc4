"""The pool as the executor asks it: steps to call, users to look at and to read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from bulkreset.actions.base import NOTHING, SES, Action, Enclosed, Target
from bulkreset.cognito.answers import Answer
from bulkreset.cognito.client import CognitoClient
from bulkreset.cognito.directory import Directory, worth_sharding
from bulkreset.cognito.mailer import Mailer
from bulkreset.users import UserState


class PoolCalls:
    """Calls for one pool. Safe to share between threads. `mailer` sends what is not Cognito's to send."""

    def __init__(
        self,
        client: CognitoClient,
        directory: Directory,
        pool_id: str,
        pool_users: int,
        *,
        client_metadata: Mapping[str, str],
        mailer: Mailer | None = None,
    ) -> None:
        self._client = client
        self._directory = directory
        self._pool_id = pool_id
        self._sharded = worth_sharding(pool_users)
        self._client_metadata = client_metadata
        self._mailer = mailer

    @property
    def calls(self) -> Counter[str]:
        return self._client.calls

    def aws_time(self, monotonic: float) -> float:
        return self._client.aws_time(monotonic)

    def call(self, action: Action, username: str, enclosed: Enclosed = NOTHING) -> Answer:
        """Send the action's request for one user, once."""
        password = enclosed.password
        target = Target(self._pool_id, username, self._client_metadata, password, enclosed.medium)
        if action.service == SES:
            answer = self._mailed(action, target, enclosed)
        else:
            answer = self._client.call(action.operation, action.request(target)).answer
        return replace(answer, message=password.redacted_from(answer.message)) if password else answer

    def _mailed(self, action: Action, target: Target, enclosed: Enclosed) -> Answer:
        if self._mailer is None or enclosed.password is None:
            raise ValueError("there is nobody to send a mail, or nothing to be in it")
        mail = self._mailer.mail(target.username, enclosed.address, enclosed.password)
        return self._mailer.send(action, replace(target, mail=mail))

    def look(self, username: str) -> UserState | None:
        """The user as ListUsers shows it, which bills nobody; None when it is not there."""
        found = self._directory.look_up("username", username)
        return next((user for user in found if user.username == username), None)

    def look_at_all(self, usernames: frozenset[str]) -> dict[str, UserState]:
        """Those of the users that a scan of the pool shows; what it does not show is looked at singly."""
        pages = self._directory.scan(sharded=self._sharded)
        shown = {user.username: user for page in pages for user in page if user.username in usernames}
        for username in usernames - shown.keys():
            user = self.look(username)
            if user:
                shown[username] = user
        return shown

    def read_back(self, username: str) -> UserState | None:
        """The user as AdminGetUser has it, up to date; bills it as an active user."""
        return self._directory.get(username)
