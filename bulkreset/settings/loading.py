"""Loads a job with its environment, and collects everything wrong with either before refusing once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bulkreset.errors import InputError, Problem
from bulkreset.mistaken import Sort, mistaken
from bulkreset.places import S3Object
from bulkreset.settings import environment as environment_file, job as job_file
from bulkreset.settings.approval import Approval
from bulkreset.settings.document import SettingsDocument, in_file_order
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.settings.mail_text import with_mail_text
from bulkreset.settings.message_budget import MessageBudget
from bulkreset.settings.paths_of_environment import with_absolute_paths as with_environment_paths
from bulkreset.settings.policies import resolve_policy
from bulkreset.settings.policy import GoalKeys, PolicyValue
from bulkreset.settings.users_of_job import is_path, users_problems, with_absolute_paths
from bulkreset.settings.validation import FileKind, validated
from bulkreset.settings.words import advice_on_name, as_written
from bulkreset.settings.yaml_positions import read_settings


@dataclass(frozen=True, slots=True)
class LoadedJob:
    """A job with its environment; every path is absolute.

    `manifest_path` is the file that says who: of a job that selects its users the job file itself, where
    `select` stands on line `select_line`. Of a manifest in S3, `manifest_object`, there is no file yet.
    """

    job: Job
    environment: Environment
    job_path: Path
    environment_path: Path
    manifest_path: Path
    select_line: int = 1
    manifest_object: S3Object | None = None

    @property
    def objects(self) -> tuple[S3Object, ...]:
        """What the job reads from S3."""
        not_in = self.job.select.not_in if self.job.select else None
        return tuple(place for place in (self.manifest_object, not_in) if isinstance(place, S3Object))


def load_environment(path: Path) -> Environment:
    """The environment in a file. Raises InputError with every problem in it."""
    environment, problems = _environment(path)
    if environment is None or problems:
        raise InputError(problems)
    return environment


def load_job(path: Path, goal_keys: GoalKeys) -> LoadedJob:
    """A job and what it refers to. Raises InputError with every problem of the job and its environment."""
    _refuse_mistaken(path, Sort.JOB)
    document = read_settings(path)
    policy, problems = _policy(document, goal_keys)
    kind = FileKind(Job, job_file.LATER_KEYS, _belongs_elsewhere(goal_keys))
    job, found = validated(kind, document, {**document.tree, "policy": policy})
    problems += [*found, *users_problems(document, beside)]
    environment, environment_problems = _environment_of(document)
    problems += [problem for problem in environment_problems if problem.file == document.file]
    problems = _merged(document, problems)
    problems += [problem for problem in environment_problems if problem.file != document.file]
    if job is None or environment is None or problems:
        raise InputError(problems)
    job = with_absolute_paths(job, lambda written: _absolute(path, written))
    job = with_mail_text(job, lambda written: _absolute(path, written))
    return LoadedJob(
        job,
        environment,
        path.absolute(),
        _absolute(path, job.environment),
        _manifest_path(path, job),
        document.place_of_key(("select",)).line,
        job.manifest if isinstance(job.manifest, S3Object) else None,
    )


def _refuse_mistaken(path: Path, wanted: Sort) -> None:
    problem = mistaken(path, wanted)
    if problem:
        raise InputError(problem)


def _manifest_path(file: Path, job: Job) -> Path:
    match job.manifest:
        case Path() as written:
            return _absolute(file, written)
        case S3Object() as written:
            return Path(str(written))
        case None:
            return file.absolute()


def beside(file: Path, written: Path) -> Path:
    """The path that `written` means in a settings file: relative to that file; `~` is the home directory."""
    return _tidy(file.parent / os.path.expanduser(written))  # noqa: PTH111 - Path's raises without a home


def _belongs_elsewhere(goal_keys: GoalKeys) -> Mapping[str, str]:
    policy_names = {key.name for keys in goal_keys.values() for key in keys}
    return {
        **dict.fromkeys(Environment.model_fields, "in the environment file"),
        **dict.fromkeys(("max_users", "max_pool_fraction"), "in the environment file, under `caps:`"),
        **dict.fromkeys(("share", "rate_per_second"), "in the environment file, under `quotas:`"),
        **dict.fromkeys(Approval.model_fields, "in the environment file, under `approval:`"),
        **dict.fromkeys(MessageBudget.model_fields, "in the environment file, under `message_budget:`"),
        **dict.fromkeys(policy_names, "under `policy:`"),
    }


def _environment(path: Path) -> tuple[Environment | None, list[Problem]]:
    _refuse_mistaken(path, Sort.ENVIRONMENT)
    document = read_settings(path)
    elsewhere = {
        **dict.fromkeys(Job.model_fields, "in the job file"),
        **dict.fromkeys(Approval.model_fields, "under `approval:`"),
    }
    kind = FileKind(Environment, environment_file.LATER_KEYS, elsewhere)
    environment, problems = validated(kind, document, document.tree)
    if environment:
        environment = with_environment_paths(environment, lambda written: _absolute(path, written))
    return environment, _merged(document, problems)


def _environment_of(document: SettingsDocument) -> tuple[Environment | None, list[Problem]]:
    """The environment that a job names; a file that cannot be opened is a problem of the job's."""
    written = document.tree.get("environment")
    if not is_path(written):
        return None, []
    path = beside(document.file, Path(str(written)))
    try:
        return _environment(path)
    except InputError as error:
        return None, [
            problem
            if problem.line
            else document.problem(
                ("environment",), f"environment file {path}: {problem.message}", problem.advice
            )
            for problem in error.problems
        ]


def _policy(document: SettingsDocument, goal_keys: GoalKeys) -> tuple[dict[str, PolicyValue], list[Problem]]:
    goal, given = document.tree.get("goal"), document.tree.get("policy")
    problems = []
    if given is not None and not isinstance(given, Mapping):
        message = f"`policy` must be a group of `key: value` lines, not {as_written(given)}"
        problems = [document.problem(("policy",), message, "indent the policy keys below `policy:`")]
    if not isinstance(goal, str):
        return {}, problems
    if goal not in goal_keys:
        return {}, [*problems, _unknown_goal(document, goal, goal_keys)]
    values, found = resolve_policy(goal, given if isinstance(given, Mapping) else {}, goal_keys)
    return values, problems + [
        document.problem(("policy", *each.path), each.message, each.advice, of_key=each.of_key)
        for each in found
    ]


def _unknown_goal(document: SettingsDocument, goal: str, goal_keys: GoalKeys) -> Problem:
    return document.problem(("goal",), f"unknown goal {as_written(goal)}", advice_on_name(goal, goal_keys))


def _absolute(file: Path, written: Path) -> Path:
    return beside(file.absolute(), written)


def _tidy(path: Path) -> Path:
    """The path without `..`, unless a symbolic link on the way makes that another file."""
    if "\0" in str(path):
        return path  # no file has such a name: what opens or runs it says so
    tidy = os.path.normpath(path)
    return Path(tidy) if os.path.realpath(tidy) == os.path.realpath(path) else path


def _merged(document: SettingsDocument, problems: list[Problem]) -> list[Problem]:
    """All problems of a file, in its order, without what merely follows from a problem of reading."""
    stumbled = {(problem.line, problem.column) for problem in document.problems}
    fresh = [problem for problem in problems if (problem.line, problem.column) not in stumbled]
    return in_file_order([*document.problems, *fresh])
