"""bulkreset schema job|environment|notification."""

from __future__ import annotations

import click

from bulkreset.cli.say import say


@click.command
@click.argument("kind", type=click.Choice(["job", "environment", "notification"]))
def command(kind: str) -> None:
    """Print the JSON Schema of job or environment files, for editors, or of notifications, for programs."""
    from bulkreset.goals.registry import policy_keys
    from bulkreset.notifications.schema import notification_schema
    from bulkreset.settings.schema import environment_schema, job_schema, schema_text

    match kind:
        case "job":
            schema = job_schema(policy_keys())
        case "environment":
            schema = environment_schema()
        case _:
            schema = notification_schema()
    say(schema_text(schema).rstrip())
