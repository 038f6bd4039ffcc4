"""The app client that a user is tried with, and its secret: the one given, or else the pool's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.cognito.app_answers import Failure
from bulkreset.cognito.app_client_of import DescribedClient, describe_client
from bulkreset.cognito.app_user import AppUser
from bulkreset.cognito.refusal_rules import WEAK_PASSWORD
from bulkreset.cognito.refusals import Explanation, explained
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.access import Access, open_access
from bulkreset.flow.user.password_rules import password_rules
from bulkreset.preflight.facts import Unread
from bulkreset.secrets.secret import Secret
from bulkreset.settings.loading import load_environment

NO_SUCH_CLIENT = frozenset({"ResourceNotFoundException", "InvalidParameterException"})


@dataclass(frozen=True, slots=True)
class App:
    """`described` is Unread where the caller may not look at app clients, which users need not."""

    user: AppUser
    described: DescribedClient | Unread
    access: Access

    @property
    def session_seconds(self) -> int | None:
        """How long a challenge waits for its answer; None where that is not known."""
        return None if isinstance(self.described, Unread) else self.described.session_minutes * 60

    @property
    def hides_existence(self) -> bool:
        """Whether Cognito answers for users that do not exist as if they did, as far as is known."""
        return not isinstance(self.described, Unread) and self.described.client.hides_existence

    def explain(self, failure: Failure) -> Explanation:
        """What a failure means in this pool; asks the pool for what it wants of passwords."""
        explanation = explained(failure)
        if explanation.name != WEAK_PASSWORD:
            return explanation
        try:
            _, settings = self.access.directory.pool_and_settings()
        except (Refused, Stopped):
            return replace(explanation, advice="choose one that fits it")
        return replace(explanation, advice=f"it asks for {password_rules(settings.password_policy)}")

    def close(self) -> None:
        self.access.close()


def open_app(environment_path: Path, client_id: str, client_secret: Secret | None, clock: Clock) -> App:
    """Raises InputError for the environment file, and Refused where the pool has no such app client."""
    environment = load_environment(environment_path)
    access = open_access(environment, clock)
    described = describe_client(access.directory, client_id)
    if isinstance(described, Unread):
        if described.reason in NO_SUCH_CLIENT:
            access.close()
            raise Refused(
                f"pool {environment.pool_id} has no app client {client_id} ({described.reason}: "
                f"{described.message}); check --client-id, and pool_id in {environment_path}"
            )
        secret = client_secret
    else:
        secret = client_secret or described.secret
    return App(AppUser(access.client, client_id, secret, clock), described, access)
