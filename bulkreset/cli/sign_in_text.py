"""A sign-in in words, and as a JSON object. Tokens and sessions are in it only if somebody asks for them."""

from __future__ import annotations

import shlex
from dataclasses import replace

import click

from bulkreset.cli.app_options import Asked
from bulkreset.cli.app_text import tell
from bulkreset.cognito.app_answers import NEW_PASSWORD_REQUIRED, NewPasswordRequired, OtherChallenge, Tokens
from bulkreset.flow.user.app import App
from bulkreset.flow.user.sign_in import SignedIn
from bulkreset.preflight.wording import lifetime

USUAL_SESSION = "as long as AuthSessionValidity of the app client says (3 minutes unless it is set)"


def tell_sign_in(asked: Asked, app: App, ended: SignedIn, *, show_tokens: bool) -> None:
    """With `show_tokens` the object goes to stdout, and the words to stderr."""
    lines = [*(["Cognito took the new password."] if ended.is_new else []), *_lines(asked, app, ended)]
    told = _told(app, ended)
    if show_tokens:
        told |= _secrets(ended)
        for line in lines:
            click.echo(line, err=True)
        asked = replace(asked, as_json=True)
    elif isinstance(ended.answer, Tokens):
        lines.append("The tokens are shown with --show-tokens only.")
    result = "signed-in" if isinstance(ended.answer, Tokens) else "challenge"
    tell(asked, result, lines, new_password_set=ended.is_new, **told)


def _lines(asked: Asked, app: App, ended: SignedIn) -> list[str]:
    match ended.answer:
        case Tokens(seconds=seconds):
            return [f"Signed in. The access token is good for {lifetime(seconds)}."]
        case NewPasswordRequired(required=required):
            return _new_password(asked, app, required)
        case OtherChallenge(name=name):
            return [
                f"Cognito asks for {name}, which bulkreset does not answer.",
                _session(app),
            ]


def _new_password(asked: Asked, app: App, required: tuple[str, ...]) -> list[str]:
    attributes = "".join(f" --attribute {name}=VALUE" for name in required)
    named = f"{shlex.quote(asked.name)} --environment {shlex.quote(str(asked.environment))}"
    return [
        "The password is right, and temporary: Cognito asks for a new one (NEW_PASSWORD_REQUIRED).",
        _session(app),
        f"Required together with it: {', '.join(required) or 'nothing else'}.",
        f"Answer: bulkreset user sign-in {named} --client-id {asked.client_id} --new-password{attributes}",
    ]


def _session(app: App) -> str:
    seconds = app.session_seconds
    return f"Its session waits for the answer {USUAL_SESSION if seconds is None else lifetime(seconds)}."


def _told(app: App, ended: SignedIn) -> dict[str, object]:
    match ended.answer:
        case Tokens(seconds=seconds, username=username):
            return {"username": username, "seconds": seconds}
        case NewPasswordRequired(username=username, required=required):
            challenge, attributes = NEW_PASSWORD_REQUIRED, list(required)
        case OtherChallenge(name=challenge, username=username):
            attributes = []
    return {
        "username": username,
        "challenge": challenge,
        "session_seconds": app.session_seconds,
        "required_attributes": attributes,
    }


def _secrets(ended: SignedIn) -> dict[str, object]:
    match ended.answer:
        case Tokens(access=access, identity=identity, refresh=refresh):
            return {
                "access_token": access.reveal(),
                "id_token": identity.reveal(),
                "refresh_token": refresh.reveal() if refresh else None,
            }
        case NewPasswordRequired(session=session) | OtherChallenge(session=session):
            return {"session": session.reveal()}
