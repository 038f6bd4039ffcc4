"""What lies in S3 is fetched before it is read, and what is to lie there is sent once it is whole.

Meanwhile it is in a folder of the system's for temporary files that only this user can open, and is gone when
the command ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from bulkreset.clock import Clock, SystemClock
from bulkreset.errors import InputError, Problem, Refused
from bulkreset.places import Place, S3Object
from bulkreset.settings.environment import Environment

if TYPE_CHECKING:
    from bulkreset.cognito.objects import Objects


@dataclass(frozen=True, slots=True)
class Here:
    """A file that can be read. `name` says where it is from, `origin` which state of it, if S3 told."""

    path: Path
    name: str
    origin: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def fetched(place: Place, environment: Environment | None, clock: Clock) -> Iterator[Here]:
    """A file of this machine as it is; an object of S3 as a file, for as long as the block lasts."""
    if isinstance(place, Path):
        yield Here(place, str(place))
        return
    objects = _objects(place, environment, clock)
    with TemporaryDirectory(prefix="bulkreset-") as folder, _named(Path(folder), place):
        path = Path(folder, place.name)
        try:
            with _open_new(path) as file:
                version = objects.read(place, file)
        except OSError as error:
            advice = "make room in the folder for temporary files, or name another one (TMPDIR)"
            raise Refused(f"{place} cannot be copied here: {error.strerror}; {advice}") from error
        told = {"etag": version.etag, "version_id": version.version_id}
        yield Here(path, str(place), {name: value for name, value in told.items() if value})


@contextmanager
def sent(
    place: Place, environment: Environment | None, clock: Clock | None = None, *, is_new: bool = False
) -> Iterator[Path]:
    """Where to write what is to be at `place`. What lies beside the file goes to S3 with it.

    Nothing is sent where the block fails. `is_new`: raises InputError, before the block or at its end, where
    there is such an object already; about a file the block says so itself.
    """
    if isinstance(place, Path):
        yield place
        return
    objects = _objects(place, environment, clock or SystemClock())
    if is_new:
        objects.refuse_existing(place)
    with TemporaryDirectory(prefix="bulkreset-") as folder, _named(Path(folder), place):
        path = Path(folder, place.name)
        yield path
        write = objects.write_new if is_new else objects.write
        # The file itself comes last: who finds it finds what it refers to.
        for written in sorted(Path(folder).iterdir(), key=lambda one: (one == path, one)):
            write(written, _beside(place, written.name))


def _objects(place: S3Object, environment: Environment | None, clock: Clock) -> Objects:
    from bulkreset.cognito.objects import Objects  # noqa: PLC0415 - boto3, which files spare
    from bulkreset.cognito.session import Aws  # noqa: PLC0415 - the same

    if environment is None:
        advice = "add --environment, which says with whose credentials it is read and written"
        raise InputError(Problem("this is in S3", advice, str(place)))
    return Objects(Aws(environment, clock), environment.s3)


def _beside(place: S3Object, name: str) -> S3Object:
    folder = place.key.removesuffix(place.name)
    return replace(place, key=f"{folder}{name}")


def _open_new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")


@contextmanager
def _named(folder: Path, place: S3Object) -> Iterator[None]:
    """Errors about files of the folder name the objects that they are."""

    def told(text: str) -> str:
        return text.replace(f"{folder}/", str(place).removesuffix(place.name))

    try:
        yield
    except InputError as error:
        problems = [
            replace(
                problem,
                message=told(problem.message),
                advice=told(problem.advice),
                file=told(str(problem.file)) if problem.file is not None else None,
            )
            for problem in error.problems
        ]
        raise InputError(problems, error.total) from error.__cause__
    except Refused as error:
        raise Refused(told(str(error))) from error.__cause__
