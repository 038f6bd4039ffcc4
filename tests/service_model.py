"""Requests held against botocore's model of Cognito, and against what botocore leaves to the service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import botocore.session
from botocore.model import Shape, StringShape
from botocore.validate import ParamValidator
from factories import POOL_ID

from bulkreset.actions.base import COGNITO, SES, Action, Mail, Target
from bulkreset.secrets.secret import Secret

SESSION = botocore.session.Session()
MODELS = {service: SESSION.get_service_model(service) for service in (COGNITO, SES)}
MODEL = MODELS[COGNITO]

PASSWORD = Secret("correct-horse-9")
MAIL = Mail(
    "Example <no-reply@example.com>", "ada@example.com", "New password", Secret("It is correct-horse-9")
)


def target(pool_id: str, username: str, metadata: Mapping[str, str]) -> Target:
    """Somebody, with everything that any action may need."""
    return Target(pool_id, username, metadata, PASSWORD, mail=MAIL)


TARGETS = {
    "a plain user": target(POOL_ID, "ada", {}),
    "a user with a long name of signs": target(POOL_ID, "Google_é+ß/☃-" + "x" * 115, {}),
    "a user of a job with metadata": target(POOL_ID, "ada", {"reset_reason": "incident"}),
    "the longest pool id": target("us-gov-west-1_" + "A" * 41, "b6f2a4e0-0000-4000-8000-000000000001", {}),
}

VISIBLE = re.compile(r"(\\p\{[LMSNP]\})+")
"""How Cognito's patterns say "anything visible"; Python's `re` does not know `\\p`."""


@cache
def pattern_of(text: str) -> re.Pattern[str]:
    return re.compile(VISIBLE.sub("!-~\u00a1-\U0010ffff", text))


def problems_of(action: Action, target: Target) -> list[str]:
    """Everything that botocore or Cognito would say against the action's request."""
    shape = MODELS[action.service].operation_model(action.operation).input_shape
    request = action.request(target)
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        return [report.generate_report()]
    texts = texts_in(shape, request, action.operation)
    return [f"{where}: {problem}" for where, text, value in texts for problem in text_problems(text, value)]


def texts_in(shape: Shape, value: object, where: str) -> Iterator[tuple[str, StringShape, str]]:
    """Every text of a request, with its shape and its place."""
    if isinstance(shape, StringShape):
        assert isinstance(value, str)
        yield where, shape, value
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(shape.member, part, f"{where}[]")
    elif isinstance(value, Mapping):
        for name, part in value.items():
            member = shape.members[name] if shape.type_name == "structure" else shape.value
            yield from texts_in(member, part, f"{where}.{name}")


def text_problems(shape: StringShape, value: str) -> Iterator[str]:
    longest, pattern = shape.metadata.get("max"), shape.metadata.get("pattern")
    if longest is not None and len(value) > longest:
        yield f"longer than {longest}"
    if pattern and not pattern_of(pattern).fullmatch(value):
        yield f"{value!r} does not match {pattern}"
    if shape.enum and value not in shape.enum:
        yield f"{value!r} is none of {shape.enum}"
