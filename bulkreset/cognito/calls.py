"""The pool as the executor asks it: steps to call, users to look at and to read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from bulkreset.actions.base import Action, Target
from bulkreset.cognito.answers import Answer
from bulkreset.cognito.client import CognitoClient
from bulkreset.cognito.directory import Directory, worth_sharding
from bulkreset.secrets.secret import Secret
from bulkreset.users import UserState


class PoolCalls:
    """Calls for one pool. Safe to share between threads."""

    def __init__(
        self,
        client: CognitoClient,
        directory: Directory,
        pool_id: str,
        pool_users: int,
        client_metadata: Mapping[str, str],
    ) -> None:
        self._client = client
        self._directory = directory
        self._pool_id = pool_id
        self._sharded = worth_sharding(pool_users)
        self._client_metadata = client_metadata

    @property
    def calls(self) -> Counter[str]:
        return self._client.calls

    def aws_time(self, monotonic: float) -> float:
        return self._client.aws_time(monotonic)

    def call(self, action: Action, username: str, password: Secret | None = None, medium: str = "") -> Answer:
        """Send the action's request for one user, once; with the password that it sets, if it sets one."""
        target = Target(self._pool_id, username, self._client_metadata, password, medium)
        answer = self._client.call(action.operation, action.request(target)).answer
        return replace(answer, message=password.redacted_from(answer.message)) if password else answer

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
