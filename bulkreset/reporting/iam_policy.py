"""A policy of IAM as JSON, and as a data source of Terraform."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

VERSION = "2012-10-17"
NAMED_BY = ("StringEquals", "kms:RequestAlias")
SENT_FROM = ("StringEquals", "ses:FromAddress")
HAS_ALIAS = ("ForAnyValue:StringEquals", "kms:ResourceAliases")


@dataclass(frozen=True, slots=True)
class Statement:
    """Actions allowed on one resource; with `key_alias`, on the key that a request names so.

    `by_any_name`: on the key that has this alias, however a request names it. With `from_address`, for mails
    from this address alone.
    """

    sid: str
    actions: tuple[str, ...]
    resource: str
    key_alias: str = ""
    by_any_name: bool = False
    from_address: str = ""

    @property
    def condition(self) -> tuple[str, str, str] | None:
        """The test, what it looks at, and what that has to be."""
        if self.from_address:
            return *SENT_FROM, self.from_address
        if self.key_alias:
            return *(HAS_ALIAS if self.by_any_name else NAMED_BY), self.key_alias
        return None


@dataclass(frozen=True, slots=True)
class Policy:
    """What one phase of a job takes."""

    name: str
    statements: tuple[Statement, ...]


def as_json(policy: Policy) -> str:
    """The policy document that IAM takes."""
    document = {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": one.sid,
                "Effect": "Allow",
                "Action": list(one.actions),
                "Resource": one.resource,
                **_condition(one),
            }
            for one in policy.statements
        ],
    }
    return json.dumps(document, indent=2)


def _condition(statement: Statement) -> dict[str, object]:
    if statement.condition is None:
        return {}
    test, variable, value = statement.condition
    return {"Condition": {test: {variable: value}}}


def as_terraform(policy: Policy) -> str:
    """A data source `aws_iam_policy_document`, formatted as `terraform fmt` does it."""
    statements = "\n\n".join(_block(one) for one in policy.statements)
    return f'data "aws_iam_policy_document" "bulkreset_{policy.name}" {{\n{statements}\n}}'


def _block(statement: Statement) -> str:
    lines = [
        f'sid    = "{statement.sid}"',
        'effect = "Allow"',
        "actions = [",
        *(f'  "{action}",' for action in statement.actions),
        "]",
        f'resources = ["{statement.resource}"]',
    ]
    if statement.condition is not None:
        test, variable, value = statement.condition
        lines += [
            "condition {",
            f'  test     = "{test}"',
            f'  variable = "{variable}"',
            f'  values   = ["{value}"]',
            "}",
        ]
    return "\n".join(["  statement {", *(f"    {line}" for line in lines), "  }"])


FORMATS: Mapping[str, Callable[[Policy], str]] = MappingProxyType(
    {"json": as_json, "terraform": as_terraform}
)
