"""The paths of an environment, made absolute: each is written relative to its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bulkreset.settings.environment import Environment
from bulkreset.settings.fields import Section
from bulkreset.settings.notify import Target

Absolute = Callable[[Path], Path]
S = TypeVar("S", bound=Section)


def with_absolute_paths(environment: Environment, absolute: Absolute) -> Environment:
    """The environment with every file and folder where it really is."""
    targets = tuple(_target(target, absolute) for target in environment.notify.targets)
    changed = {
        "metrics": _placed(environment.metrics, absolute, "textfile", "emf"),
        "notify": environment.notify.model_copy(update={"targets": targets}),
    }
    return _placed(environment, absolute, "state_dir").model_copy(update=changed)


def _target(target: Target, absolute: Absolute) -> Target:
    if target.url_from is not None:
        return target.model_copy(update={"url_from": _placed(target.url_from, absolute, "file")})
    if target.command is not None:
        program, *arguments = target.command
        return target.model_copy(update={"command": (str(absolute(Path(program))), *arguments)})
    return target


def _placed(section: S, absolute: Absolute, *names: str) -> S:
    written = {name: getattr(section, name) for name in names}
    return section.model_copy(update={name: absolute(path) for name, path in written.items() if path})
