"""bulkreset simulator: the embedded Cognito by itself."""

from __future__ import annotations

import click


@click.command
@click.option("--port", default=5566, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--users", default=2000, show_default=True, help="Users of the demo pool.")
@click.option("--latency", default=0.06, show_default=True, help="Seconds that each call takes.")
@click.option("--seed", default=1, show_default=True, help="Fixes everything random.")
def command(port: int, users: int, latency: float, seed: int) -> int:
    """Run an embedded Cognito with a demo pool until Ctrl-C: the pool of configs/local.yaml."""
    from bulkreset.simulator.__main__ import serve

    return serve(port=port, users=users, latency_seconds=latency, seed=seed)
