# ruff: noqa: INP001 - docs are not a package
"""Writes the parts of README.md and docs/ that follow from the code.

    python docs/render.py

Such a part stands between `<!-- rendered: NAME -->` and `<!-- end -->`. A test fails while one of them
differs from what this would write.
"""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bulkreset.actions.registry import actions
from bulkreset.cognito.refusal_rules import RULES
from bulkreset.errors import Refused
from bulkreset.followup.judge import TABLE
from bulkreset.goals.base import Case, Goal, Match, Rule, Ruling, Signature
from bulkreset.goals.registry import goals
from bulkreset.manifests.registry import formats
from bulkreset.metrics.sample import MEASURES, Kind
from bulkreset.metrics.textfile import PREFIX
from bulkreset.notifications.schema import notification_schema
from bulkreset.notifications.wording import TEXTS
from bulkreset.planning.summary import Group, estimate
from bulkreset.pool import PasswordPolicy, PoolFacts
from bulkreset.preflight.base import Check
from bulkreset.preflight.permissions import NEEDED, WANTED
from bulkreset.preflight.person import PersonCheck, person_checks
from bulkreset.preflight.registry import checks
from bulkreset.rates.quotas import CATEGORY_OF_OPERATION, DOCUMENTED_RATES
from bulkreset.reporting.advice import ADVICE
from bulkreset.reporting.plan.registry import plan_writers
from bulkreset.reporting.registry import writers
from bulkreset.secrets.generator import Generator, Recipe
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.settings.policy import PolicyKey, PolicyKind
from bulkreset.settings.quota_shares import CategoryQuota, Quotas
from bulkreset.settings.weekdays import EVERY_DAY
from bulkreset.users import Contact, UserStatus

ROOT = Path(__file__).resolve().parents[1]
PART = re.compile(r"(<!-- rendered: (?P<name>[a-z-]+) -->\n).*?(?=<!-- end -->)", re.DOTALL)
USUAL_JOBS = (
    ("`sign-out`", ("sign-out",)),
    ("`force-reset` with `sign_out: none`", ("reset-password",)),
    ("`force-reset`", ("reset-password", "sign-out")),
    ("`force-reset` of unverified users", ("verify-email", "reset-password", "sign-out")),
)
AN_HOUR = 3600
LENGTHS = (12, 14, 15, 16, 20, 24, 32)
WORDS = (5, 6, 7, 8, 10)

USUAL_POOL = PoolFacts(
    pool_id="",
    name="",
    recovery=("verified_email",),
    alias_attributes=(),
    username_attributes=(),
    case_sensitive=False,
    estimated_users=0,
    email_sender="",
)
USUAL_USER = Signature(
    match=Match.ONE,
    status=UserStatus.CONFIRMED,
    enabled=True,
    email=Contact.VERIFIED,
    phone=Contact.NONE,
    email_shared=False,
    phone_shared=False,
    preferred_mfa="",
    protected=False,
    changed_since=False,
)


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def rendered(text: str) -> str:
    """The text of a page with every rendered part as it should be. Raises KeyError for an unknown one."""
    return PART.sub(lambda part: f"{part[1]}\n{PARTS[part['name']]().strip()}\n\n", text)


def usage() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bulkreset", "--help"],
        env=os.environ | {"COLUMNS": "80"},
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return f"```console\n$ bulkreset --help\n{done.stdout.rstrip()}\n```"


def goal_table() -> str:
    return _table(
        ("goal", "what is true afterwards", "steps for most users"),
        ((f"`{goal.name}`", goal.summary, _codes(_usual_steps(goal))) for goal in goals().values()),
    )


def action_table() -> str:
    return _table(
        ("action", "does", "Cognito operation", "quota category", "sends a message", "bills the user"),
        (
            (
                f"`{action.name}`",
                action.summary,
                action.operation,
                action.category,
                _yes(answer=action.sends_message),
                _yes(answer=action.bills_user),
            )
            for action in actions().values()
        ),
    )


def followup_table() -> str:
    return _table(
        ("reason", "stage", "what is seen"),
        ((f"`{line.reason}`", f"`{line.stage}`", line.when) for line in TABLE),
    )


def speed_table() -> str:
    return _table(
        ("job", "slowest category", "at `share: 0.5`", "at `share: 1.0`"),
        (
            (name, _slowest(steps), *(_users_an_hour(steps, share) for share in (0.5, 1.0)))
            for name, steps in USUAL_JOBS
        ),
    )


def category_table() -> str:
    called = {**CATEGORY_OF_OPERATION, **{action.operation: action.category for action in actions().values()}}
    reads = {*NEEDED, *WANTED}
    ours = {name.removeprefix("cognito-idp:") for name in reads} | {
        act.operation for act in actions().values()
    }
    return _table(
        ("category", "default quota", "calls of bulkreset"),
        (
            (name, f"{rate:g}/s", ", ".join(op for op, of in called.items() if of == name and op in ours))
            for name, rate in DOCUMENTED_RATES.items()
        ),
    )


def character_entropy_table() -> str:
    return _table(
        ("`length`", "without a symbol", "with one"),
        (
            (length, *(_entropy(Recipe(length=length), symbols=one) for one in (False, True)))
            for length in LENGTHS
        ),
    )


def word_entropy_table() -> str:
    return _table(
        ("`words`", "without a digit", "with one", "for policies that ask for up to"),
        (
            (
                words,
                *(_entropy(Recipe(words=words), numbers=one) for one in (False, True)),
                f"{_longest_minimum(words)} characters",
            )
            for words in WORDS
        ),
    )


def environment_table() -> str:
    return _settings_table(_fields(Environment))


def job_table() -> str:
    return _settings_table(_fields(Job))


def policy_tables() -> str:
    return "\n\n".join(
        f"### `{goal.name}`\n\n"
        + _table(
            ("key", "values, the default in bold", "when it decides"),
            ((f"`{key.name}`", _values(key), key.meaning) for key in goal.keys),
        )
        for goal in goals().values()
    )


def decision_tables() -> str:
    return "\n\n".join(
        f"## `{goal.name}`\n\n{goal.summary[:1].upper()}{goal.summary[1:]}.\n\n"
        + _table(
            ("", "if", "then", "reason"),
            (
                (number, rule.when, _ruling(goal, rule), ", ".join(f"`{name}`" for name in _reasons(rule)))
                for number, rule in enumerate(goal.rules, start=1)
            ),
        )
        for goal in goals().values()
    )


def check_table() -> str:
    return _looking(checks())


def person_check_table() -> str:
    return _looking(person_checks())


def _looking(known: Iterable[Check | PersonCheck]) -> str:
    return _table(
        ("check", "looks at", "after AWS's"),
        ((f"`{check.name}`", check.looks_at, check.source) for check in known),
    )


def format_table() -> str:
    return _table(
        ("format", "file names end in"),
        ((known.name, ", ".join(f"`{suffix}`" for suffix in known.suffixes)) for known in formats()),
    )


def writer_table() -> str:
    return _table(
        ("`--format`", "writes"), ((f"`{writer.name}`", writer.summary) for writer in writers().values())
    )


def plan_writer_table() -> str:
    told = [
        ("text", "for a terminal"),
        *((writer.name, writer.summary) for writer in plan_writers().values()),
    ]
    return _table(("`--format`", "writes"), ((f"`{name}`", summary) for name, summary in told))


def error_code_table() -> str:
    return _table(
        ("`error_code`", "outcome", "means", "do"),
        ((one.told_as or f"`{one.code}`", one.outcome.value, one.means, one.todo) for one in ADVICE),
    )


def refusal_table() -> str:
    return _table(
        ("`reason`", "Cognito's code", "means", "what to do"),
        ((f"`{rule.name}`", _refused(rule.codes), rule.meaning, rule.advice) for rule in RULES),
    )


def notification_text_table() -> str:
    return _table(("`events`", "usual text"), ((f"`{kind}`", f"`{words}`") for kind, words in TEXTS.items()))


def notification_payload_table() -> str:
    properties = notification_schema()["properties"]
    return _table(("key", "is"), ((f"`{name}`", about["description"]) for name, about in properties.items()))


def metric_table() -> str:
    return _table(
        ("Prometheus", "CloudWatch", "unit", "label", "is"),
        (
            (
                f"`{PREFIX}{measure.name}{'_total' * (measure.kind is Kind.COUNTER)}`",
                f"`{measure.name}`",
                measure.unit,
                f"`{measure.label}`" if measure.label else "",
                measure.meaning,
            )
            for measure in MEASURES
        ),
    )


def _refused(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [list(heads), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _entropy(recipe: Recipe, **demands: bool) -> str:
    """Rounded down: an honest number is one that is reached."""
    bits = Generator(PasswordPolicy(6, **demands), recipe).entropy_bits
    return f"{math.floor(bits)} bits"


def _longest_minimum(words: int) -> int:
    """Of a policy that so many words are enough for."""
    longest = 6
    for minimum in range(6, 100):
        try:
            Generator(PasswordPolicy(minimum), Recipe(words=words))
        except Refused:
            break
        longest = minimum
    return longest


def _yes(*, answer: bool) -> str:
    return "yes" if answer else ""


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _usual_steps(goal: Goal) -> tuple[str, ...]:
    """What the defaults do to a confirmed user with an e-mail address, verified if that is enough."""
    policy = {key.name: key.default for key in goal.keys}
    decided = (goal.decide(Case(replace(USUAL_USER, email=email), policy, USUAL_POOL)) for email in Contact)
    return max((decision.steps for decision in decided), key=len)


def _slowest(steps: tuple[str, ...]) -> str:
    times = estimate([Group("do", "", steps, 1, ())], DOCUMENTED_RATES.__getitem__).categories
    return ", ".join(sorted(time.category for time in times if time.seconds == times[0].seconds))


def _users_an_hour(steps: tuple[str, ...], share: float) -> str:
    amount = estimate([Group("do", "", steps, 1, ())], lambda name: DOCUMENTED_RATES[name] * share)
    return f"{AN_HOUR / amount.categories[0].seconds:,.0f} users/h"


def _fields(
    model: type[BaseModel], prefix: str = "", whole: BaseModel | None = None
) -> Iterator[tuple[str, FieldInfo, object]]:
    """The keys as they are written, each with its default: that of `whole`, if the section has one."""
    for name, field in model.model_fields.items():
        section, written = _section(field), f"{prefix}{field.alias or name}"
        default = field.default if whole is None else getattr(whole, name)
        if section is CategoryQuota:
            continue
        if section:
            yield from _fields(section, f"{written}.", default if isinstance(default, BaseModel) else None)
        else:
            yield written, field, default
    if model is Quotas:
        yield from _fields(CategoryQuota, f"{prefix}CATEGORY.")


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kinds = [field.annotation, *get_args(field.annotation)]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _settings_table(fields: Iterable[tuple[str, FieldInfo, object]]) -> str:
    return _table(
        ("key", "default", "example", "meaning"),
        (
            (
                f"`{name}`",
                "required" if field.is_required() else _default(default),
                _codes(one if isinstance(one, str) else json.dumps(one) for one in field.examples or ()),
                field.description,
            )
            for name, field, default in fields
        ),
    )


def _default(default: object) -> str:
    match default:
        case bool():
            return f"`{json.dumps(default)}`"
        case None | "" | Collection() if not default or default == EVERY_DAY:
            return ""
        case _:
            return f"`{default}`"


def _values(key: PolicyKey) -> str:
    match key.kind:
        case PolicyKind.CHOICE:
            return ", ".join(f"**`{one}`**" if one == key.default else f"`{one}`" for one in key.values)
        case kind:
            return kind.value


def _ruling(goal: Goal, rule: Rule) -> str:
    if isinstance(rule.then, Ruling):
        return rule.then.kind
    key = next(key for key in goal.keys if key.name == rule.policy)
    return f"`{rule.policy}`: " + "; ".join(
        f"{'**' * (value == key.default)}`{value}`{'**' * (value == key.default)} → "
        f"{rule.then[value].kind if value in rule.then else 'the rules below'}"
        for value in key.values
    )


def _reasons(rule: Rule) -> list[str]:
    rulings = [rule.then] if isinstance(rule.then, Ruling) else list(rule.then.values())
    return list(dict.fromkeys(ruling.reason or rule.reason for ruling in rulings))


PARTS: dict[str, Callable[[], str]] = {
    "help": usage,
    "goals": goal_table,
    "actions": action_table,
    "followup": followup_table,
    "speed": speed_table,
    "categories": category_table,
    "character-entropy": character_entropy_table,
    "word-entropy": word_entropy_table,
    "environment": environment_table,
    "job": job_table,
    "policies": policy_tables,
    "decisions": decision_tables,
    "checks": check_table,
    "person-checks": person_check_table,
    "formats": format_table,
    "writers": writer_table,
    "plan-writers": plan_writer_table,
    "error-codes": error_code_table,
    "refusals": refusal_table,
    "notification-texts": notification_text_table,
    "notification-payload": notification_payload_table,
    "metrics": metric_table,
}


def main() -> None:
    for page in pages():
        page.write_text(rendered(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
