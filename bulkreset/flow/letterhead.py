"""Who sends the mails of a job: the pool, or the job itself by its own sender."""

from __future__ import annotations

from dataclasses import replace

from bulkreset.cognito.mailer import Letterhead
from bulkreset.pool import PoolFacts
from bulkreset.settings.deliver import Deliver, as_header
from bulkreset.settings.job import Job


def letterhead_of(deliver: Deliver) -> Letterhead:
    return Letterhead(
        sender=as_header(deliver.sender),
        subject=deliver.subject,
        text=deliver.text,
        reply_to=as_header(deliver.reply_to or ""),
        configuration_set=deliver.configuration_set or "",
        region=deliver.region or "",
    )


def sending_pool(pool: PoolFacts, job: Job) -> PoolFacts:
    """The pool with the sender that a job's mails count for: SES, where the job sends them itself.

    A pool that sends with SES draws from the same quota. One that sends with Cognito's own sender has
    another, so a plan with mails of both kinds is refused.
    """
    if job.deliver is None:
        return pool
    return replace(pool, email_sender="DEVELOPER", email_region=job.deliver.region or pool.email_region)
