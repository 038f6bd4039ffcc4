"""Checks the policy of a job against the policy keys of its goal, and fills in the defaults."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bulkreset.settings.moments import MOMENT_EXAMPLE, NotAMoment, read_moment
from bulkreset.settings.people import People
from bulkreset.settings.policy import GoalKeys, PolicyKey, PolicyKind, PolicyValue
from bulkreset.settings.words import advice_on_name, advice_on_value, as_written, choices, shortened

PARTS = ("users", "groups")


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """`path` is below `policy`. `of_key`: the key itself is wrong rather than its value."""

    path: tuple[str | int, ...]
    message: str
    advice: str
    of_key: bool = False


class ResolvedPolicy(NamedTuple):
    """`values` holds every policy key of the goal; where a problem was found, its default."""

    values: dict[str, PolicyValue]
    problems: tuple[PolicyProblem, ...]


class _Checked(NamedTuple):
    value: PolicyValue
    problems: tuple[PolicyProblem, ...] = ()


def resolve_policy(goal: str, given: Mapping[str, object], goal_keys: GoalKeys) -> ResolvedPolicy:
    """The policy of a job for a known goal, from what the job gives."""
    keys = {key.name: key for key in goal_keys[goal]}
    values: dict[str, PolicyValue] = {name: key.default for name, key in keys.items()}
    problems: list[PolicyProblem] = []
    for name, written in given.items():
        if name not in keys:
            problems.append(_unknown_key(goal, name, goal_keys))
            continue
        values[name], found = _checked(keys[name], written)
        problems.extend(found)
    return ResolvedPolicy(values, tuple(problems))


def resolve_override(goal: str, name: str, text: str, goal_keys: GoalKeys) -> PolicyValue | PolicyProblem:
    """The value of one policy key as a manifest's `policy.*` column gives it for a row.

    Lists of names are refused: they belong to the whole job.
    """
    key = next((key for key in goal_keys[goal] if key.name == name), None)
    if key is None:
        return _unknown_key(goal, name, goal_keys)
    if key.kind is PolicyKind.PEOPLE:
        advice = f"write `{name}` under `policy:` in the job"
        return PolicyProblem((name,), f"`{name}` cannot be set per row", advice, of_key=True)
    value, problems = _checked(key, text)
    return problems[0] if problems else value


def _unknown_key(goal: str, name: str, goal_keys: GoalKeys) -> PolicyProblem:
    message = f"unknown policy key `{shortened(name)}` of goal {goal}"
    other_goals = [other for other, keys in goal_keys.items() if name in {key.name for key in keys}]
    advice = advice_on_name(name, [key.name for key in goal_keys[goal]])
    if other_goals:
        advice = f"remove it, it is a policy of {choices(other_goals)}"
    return PolicyProblem((name,), message, advice, of_key=True)


def _checked(key: PolicyKey, written: object) -> _Checked:
    if written is None and key.default is None:
        return _Checked(None)
    match key.kind:
        case PolicyKind.CHOICE:
            return _choice(key, written)
        case PolicyKind.PEOPLE:
            return _people(key, written)
        case PolicyKind.MOMENT:
            return _moment(key, written)


def _wrong(key: PolicyKey, message: str, advice: str) -> _Checked:
    return _Checked(key.default, (PolicyProblem((key.name,), message, advice),))


def _choice(key: PolicyKey, written: object) -> _Checked:
    if not isinstance(written, str):
        meant = "none" if written in (None, False) and "none" in key.values else key.values[0]
        message = f"`{key.name}` must be {choices(key.values)}, not {as_written(written)}"
        return _wrong(key, message, f"write for example `{key.name}: {meant}`")
    if written in key.values:
        return _Checked(written)
    message = f"`{key.name}` cannot be {as_written(written)}"
    return _wrong(key, message, advice_on_value(written, key.values))


def _people(key: PolicyKey, written: object) -> _Checked:
    if isinstance(written, People):
        return _Checked(written)
    if not isinstance(written, Mapping):
        return _names(key, written)
    problems = [
        PolicyProblem((key.name, name), f"unknown key `{shortened(name)}`", advice_on_name(name, PARTS))
        for name in map(str, written)
        if name not in PARTS
    ]
    found: dict[str, tuple[str, ...]] = {}
    for part in PARTS:
        checked = _names(dataclasses.replace(key, name=part), written.get(part) or ())
        problems += [dataclasses.replace(one, path=(key.name, *one.path)) for one in checked.problems]
        if isinstance(checked.value, tuple):
            found[part] = checked.value
    return _Checked(key.default, tuple(problems)) if problems else _Checked(People(**found))


def _names(key: PolicyKey, written: object) -> _Checked:
    message = f"`{key.name}` must be a list of names, not {as_written(written)}"
    if isinstance(written, str):
        return _wrong(key, message, f'write it as a list: `{key.name}: ["{shortened(written)}"]`')
    if not isinstance(written, list | tuple):
        return _wrong(key, message, f"write for example `{key.name}: [admin, break-glass]`")
    problems = [
        PolicyProblem((key.name, index), f"{as_written(name)} is not a name", "put the name in quotes")
        for index, name in enumerate(written)
        if not isinstance(name, str) or not name.strip()
    ]
    return _Checked(key.default, tuple(problems)) if problems else _Checked(tuple(written))


def _moment(key: PolicyKey, written: object) -> _Checked:
    match read_moment(written):
        case NotAMoment(message, advice):
            example = f"write for example `{key.name}: {MOMENT_EXAMPLE}`"
            return _wrong(key, f"`{key.name}` {message}", advice or example)
        case moment:
            return _Checked(moment)
