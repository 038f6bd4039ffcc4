"""The text of the mails that a job sends, read from its file: what is sent is what the plan was made with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bulkreset.errors import InputError, Problem
from bulkreset.settings.deliver import text_problem
from bulkreset.settings.job import Job


def with_mail_text(job: Job, absolute: Callable[[Path], Path]) -> Job:
    """The job with the text of its template in place. Raises InputError for a file that will not do."""
    if job.deliver is None or job.deliver.template is None:
        return job
    if job.deliver.text:
        raise InputError(Problem("the text of the mail is given twice", "keep one of `template` and `text`"))
    path = absolute(job.deliver.template)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError(Problem(f"the text of the mail cannot be read: {told}", "", path)) from None
    problem = text_problem(text)
    if problem:
        raise InputError(Problem(f"the text of the mail {problem[0]}", problem[1], path))
    return job.model_copy(update={"deliver": job.deliver.model_copy(update={"text": text})})
