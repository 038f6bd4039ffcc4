"""Whether the passwords that a job sets can be made, and reach somebody who hands them out.

Sources: API Reference, AdminSetUserPassword (no message is sent); Developer Guide, "Passwords, account
recovery, and password policies".
"""

from __future__ import annotations

from bulkreset.actions.base import PasswordUse
from bulkreset.actions.registry import actions
from bulkreset.errors import BulkresetError
from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms
from bulkreset.secrets.generator import Generator, Recipe
from bulkreset.settings.handout import EXAMPLE
from bulkreset.settings.passwords import Passwords

TEMPORARY = "set-temporary-password"
PERMANENT = "set-permanent-password"


def recipe_of(passwords: Passwords) -> Recipe:
    return Recipe(length=passwords.length, words=passwords.words)


def _examine(facts: Facts, terms: JobTerms) -> Found:
    setting = {name for name in terms.actions if actions()[name].password}
    handed_out = {name for name in setting if actions()[name].password is PasswordUse.HANDED_OUT}
    if handed_out and terms.handout is None and not terms.takes_given_passwords:
        yield Told(
            Severity.PROBLEM,
            "nobody could hand out the passwords",
            "the job sets passwords and names no recipient to seal them to, so nobody would ever know them",
            f"add `{EXAMPLE}` to the job; `bulkreset handout keygen` makes a recipient",
        )
    if terms.handout is not None and terms.handout.discard:
        if TEMPORARY in handed_out:
            yield Told(
                Severity.PROBLEM,
                "temporary passwords would be discarded",
                "a user with a temporary password cannot ask for a code, so nobody could sign in again",
                f"write `{EXAMPLE}`, or use `goal: scramble`, after which users recover by themselves",
            )
        if PERMANENT in handed_out:
            yield Told(
                Severity.WARNING,
                "permanent passwords are discarded, also those of users whom no code reaches",
                "whoever has no verified contact that recovery uses is locked out",
                "`goal: scramble` does the same, and blocks those users",
            )
    if setting and facts.settings is not None:
        try:
            Generator(facts.settings.password_policy, recipe_of(terms.passwords))
        except BulkresetError as error:
            yield Told(
                Severity.PROBLEM,
                "no password can be made as the job wants it",
                str(error),
                "change `passwords` in the job",
            )


CHECK = Check(
    "handout",
    "passwords that nobody could hand out, or that the pool would not take",
    "API Reference, AdminSetUserPassword, PasswordPolicyType",
    _examine,
)
