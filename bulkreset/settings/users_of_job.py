"""Who a job is about: a manifest or a selection, exactly one of them, and the files that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from stat import S_ISDIR

from bulkreset.errors import Problem
from bulkreset.places import is_on_s3
from bulkreset.settings.document import KeyPath, SettingsDocument
from bulkreset.settings.job import Job
from bulkreset.settings.words import nearest

Beside = Callable[[Path, Path], Path]
"""The path that is meant by one in a settings file."""


def users_problems(document: SettingsDocument, beside: Beside) -> Iterator[Problem]:
    """What is wrong with who the job is about, beyond the values themselves."""
    has_manifest, has_select = ("manifest" in document.tree), ("select" in document.tree)
    if has_manifest and has_select:
        yield document.problem(
            ("select",), "`manifest` and `select` both say who", "keep one of the two", of_key=True
        )
    elif not has_manifest and not has_select and not _misspelt(document):
        advice = "add for example `manifest: users.csv`, or a selection: `select: {status: CONFIRMED}`"
        yield document.problem((), "`manifest` is missing", advice)
    elif has_select and document.tree["select"] is None:
        advice = "add for example `status: CONFIRMED` below it, or `everyone: true`"
        yield document.problem(("select",), "`select` is empty", advice, of_key=True)
    elif has_manifest and document.tree["manifest"] is None:
        advice = "write for example `manifest: users.csv`"
        yield document.problem(("manifest",), "`manifest` is empty", advice, of_key=True)
    yield from _file_problems(document, ("manifest",), beside)
    yield from _file_problems(document, ("select", "not_in"), beside)


def with_absolute_paths(job: Job, absolute: Callable[[Path], Path]) -> Job:
    """The job with the other manifest of its selection where it really is."""
    if job.select is None or not isinstance(job.select.not_in, Path):
        return job
    select = job.select.model_copy(update={"not_in": absolute(job.select.not_in)})
    return job.model_copy(update={"select": select})


def is_path(written: object) -> bool:
    return isinstance(written, str) and bool(written.strip()) and "\0" not in written


def _misspelt(document: SettingsDocument) -> bool:
    """Whether one of the two was probably meant by a key that nobody knows."""
    unknown = [key for key in document.tree if key not in Job.model_fields]
    return any(nearest(key, Job.model_fields) in ("manifest", "select") for key in unknown)


def _file_problems(document: SettingsDocument, key: KeyPath, beside: Beside) -> Iterator[Problem]:
    written: object = document.tree
    for part in key:
        written = written.get(part) if isinstance(written, dict) else None
    if not is_path(written) or is_on_s3(written):
        return
    path = beside(document.file, Path(str(written)))
    try:
        message = f"manifest {path} is a directory" if S_ISDIR(path.stat().st_mode) else ""
    except FileNotFoundError:
        message = f"there is no manifest {path}"
    except OSError as error:
        message = f"manifest {path} cannot be read ({error.strerror})"
    if message:
        advice = "write the path of the file that lists the users, relative to this job file"
        yield document.problem(key, message, advice)
