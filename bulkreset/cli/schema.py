"""bulkreset schema job|environment."""

from __future__ import annotations

import click

from bulkreset.cli.say import say


@click.command
@click.argument("kind", type=click.Choice(["job", "environment"]))
def command(kind: str) -> None:
    """Print the JSON Schema of job or environment files, for editors."""
    from bulkreset.goals.registry import policy_keys
    from bulkreset.settings.schema import environment_schema, job_schema, schema_text

    schema = job_schema(policy_keys()) if kind == "job" else environment_schema()
    say(schema_text(schema).rstrip())
