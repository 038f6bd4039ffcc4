"""Whom an environment names to be told, each by its own way out."""

from __future__ import annotations

from bulkreset.clock import Clock
from bulkreset.cognito.event_bus import EventBusSender
from bulkreset.cognito.session import Aws
from bulkreset.notifications.apprise import AppriseSender
from bulkreset.notifications.command import CommandSender
from bulkreset.notifications.notifier import Notifier, Subscription
from bulkreset.notifications.sender import Sender
from bulkreset.notifications.url import url_of
from bulkreset.secrets.secret import Secret
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.settings.notify import Kind, Target


def notifier_of(environment: Environment, job: Job, aws: Aws, clock: Clock) -> Notifier:
    """The notifier of an environment, in the words of its job."""
    notify = environment.notify
    subscriptions = [
        Subscription(_sender(number, target, aws), target.events or notify.events)
        for number, target in enumerate(notify.targets, start=1)
    ]
    return Notifier(subscriptions, {**notify.texts, **job.notify.texts}, clock)


def tells(environment: Environment, kind: Kind) -> bool:
    """Whether anybody is told of this."""
    return any(kind in (target.events or environment.notify.events) for target in environment.notify.targets)


def _sender(number: int, target: Target, aws: Aws) -> Sender:
    """Who is told. No name of one says more of a URL than where it is kept."""
    if target.command is not None:
        return CommandSender(target.command)
    if target.event_bus is not None:
        return EventBusSender(target.event_bus, aws)
    kept, url = target.url_from, target.url
    if kept is not None:
        return AppriseSender(f"target {number} ({kept})", lambda: url_of(kept))
    return AppriseSender(f"target {number} (webhook)", lambda: Secret(str(url)))
