"""App clients in which a user can neither give a code nor choose a new password.

Sources: API Reference, CreateUserPoolClient (ExplicitAuthFlows), InitiateAuth (PasswordResetRequired…)
and RespondToAuthChallenge (NEW_PASSWORD_REQUIRED). That older SDKs stumble over both is reported for Amplify,
and for the SDKs of Android and iOS.
"""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import AppClient, Facts
from bulkreset.preflight.permissions import DESCRIBE_CLIENT, LIST_CLIENTS
from bulkreset.preflight.terms import JobTerms
from bulkreset.preflight.wording import named, plural

PASSWORD_FLOWS = frozenset(
    {
        "ADMIN_NO_SRP_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_USER_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "USER_PASSWORD_AUTH",
    }
)
"""Flows in which a user signs in with a password."""

PASSWORD_ACTIONS = frozenset({"reset-password", "set-temporary-password", "resend-invitation"})


def _examine(facts: Facts, terms: JobTerms) -> Found:
    yield from _unread(facts)
    if facts.clients is None or not terms.actions & PASSWORD_ACTIONS:
        return
    people = facts.clients.of_people
    if not facts.clients.described:
        yield Told(
            Severity.NOTE,
            "the pool has no app client",
            "nobody can sign in, or use a code that was sent",
            "see that this is the pool that you mean",
        )
    without = [client for client in people if not _takes_password(client)]
    if without:
        yield Told(
            Severity.WARNING,
            f"{plural(len(without), 'app client')} cannot take a new password: {named(without)}",
            "users sign in to it without a password, by a custom challenge or a refresh token alone: there "
            "is no step in which to answer RESET_REQUIRED or NEW_PASSWORD_REQUIRED; whether their sign-in "
            "goes on working meanwhile AWS does not say",
            "let its users choose the new password in another client, or on managed login; try one first",
        )
    own = [client for client in people if _takes_password(client) and not client.has_managed_login]
    if own:
        yield Told(
            Severity.NOTE,
            f"{plural(len(own), 'app client')} must handle the reset in code of your own: {named(own)}",
            "at sign-in Cognito answers PasswordResetRequiredException, or the challenge "
            "NEW_PASSWORD_REQUIRED; an application that does not know them shows an error, and users are "
            "stuck with a code in hand; an application that starts `forgot password` sends a second code",
            "go through the whole reset with one user in each application before the first large wave",
        )


def _unread(facts: Facts) -> Found:
    for unread in facts.unread_of(LIST_CLIENTS, DESCRIBE_CLIENT):
        yield Told(
            Severity.NOTE,
            f"the app clients were not looked at: {unread.reason}",
            f"it needs {LIST_CLIENTS} and {DESCRIBE_CLIENT}; so it is not known how users sign in, nor how "
            "long their tokens live",
            "allow both on the pool's ARN, or look at the pool's app clients by hand",
        )
    if facts.clients and facts.clients.more != 0:
        more = "more" if facts.clients.more is None else f"{facts.clients.more:,} more"
        yield Told(
            Severity.NOTE,
            f"{len(facts.clients.described):,} app clients were looked at, and there are {more}",
            "each takes a call, so not all of a large pool are described",
            "`bulkreset doctor` looks at more of them than a plan does",
        )


def _takes_password(client: AppClient) -> bool:
    return client.has_managed_login or bool(client.flows & PASSWORD_FLOWS)


CHECK = Check(
    "client-flows",
    "app clients in which users cannot give a code or choose a new password",
    "API Reference, CreateUserPoolClient, InitiateAuth, RespondToAuthChallenge",
    _examine,
)
