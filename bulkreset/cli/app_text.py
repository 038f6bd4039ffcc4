"""How the commands of a user's app tell what came of it: in words, or as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NoReturn

from bulkreset.cli.app_options import Asked
from bulkreset.cli.say import say
from bulkreset.cognito.answers import Meaning
from bulkreset.cognito.app_answers import Failure
from bulkreset.cognito.refusals import failure_text
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.user.app import App


def tell(asked: Asked, result: str, lines: Sequence[str], **told: object) -> None:
    """What was done. `told` is for JSON alone."""
    if asked.as_json:
        say(_object(asked, result, told))
    else:
        for line in lines:
            say(line)


def check(asked: Asked, app: App, failure: Failure | None) -> None:
    """Raises Refused for a refusal, and Stopped where there is no answer to go by."""
    if failure is not None:
        fail(asked, app, failure)


def fail(asked: Asked, app: App, failure: Failure) -> NoReturn:
    """Tell what was not done, or is unknown. Raises Refused or Stopped."""
    explanation = app.explain(failure)
    is_unanswered = failure.is_unknown or failure.answer.meaning is Meaning.NOT_SENT
    if asked.as_json:
        told = {
            "reason": explanation.name,
            "operation": failure.operation,
            "code": failure.answer.code,
            "message": failure.answer.message,
            "meaning": explanation.meaning,
            "advice": explanation.advice,
        }
        say(_object(asked, explanation.name if is_unanswered else "refused", told))
    raise (Stopped if is_unanswered else Refused)(failure_text(failure, explanation))


def _object(asked: Asked, result: str, told: Mapping[str, object]) -> str:
    whose = {"user": asked.name, "client_id": asked.client_id, "result": result}
    return json.dumps({**whose, **told}, ensure_ascii=False)
