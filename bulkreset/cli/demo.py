"""bulkreset demo: the whole flow, on real HTTP, against the embedded simulator."""

from __future__ import annotations

import csv
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkreset.cli.say import say
from bulkreset.errors import InputError
from bulkreset.shell import quoted

if TYPE_CHECKING:
    from bulkreset.simulator import Simulator

POOL_USERS = 2000
LEAKED_USERS = 1000
LATENCY_SECONDS = 0.03
FILES = (
    "environment.yaml",
    "job.yaml",
    "leaked.csv",
    "demo.run",
    "demo.run.lock",
    "report.csv",
    "report.html",
)

MARKER = ".bulkreset-demo"

ENVIRONMENT = """\
# Where the job runs. For a real pool: its id, no endpoint_url, and the caps you can answer for.
pool_id: {pool_id}
endpoint_url: {endpoint_url}
quotas:
  share: 1.0                # nobody else uses the simulated account
state_dir: state            # where runs of one machine share quotas; by default in your home
caps:
  max_users: 2000
  max_pool_fraction: 1.0
"""

JOB = """\
environment: environment.yaml
goal: force-reset
manifest: leaked.csv
policy:
  unverified: verify-email
  federated: sign-out
reason: a rehearsal of INC-4711, leaked passwords
"""


@click.command
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default="demo",
    show_default=True,
    help="The folder for the files of the demo.",
)
def command(out: Path) -> int:
    """Plan and carry out a reset of 1,000 leaked users of a simulated pool, in under a minute."""
    from bulkreset.simulator import Simulator

    # The simulator checks no signature; real credentials have no business there.
    os.environ |= {"AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": "simulated"}
    out.mkdir(parents=True, exist_ok=True)
    _clear(out)
    with Simulator(latency_seconds=LATENCY_SECONDS) as simulator:
        simulator.create_demo_pool(POOL_USERS)
        _say(f"a simulated Cognito runs on {simulator.endpoint_url}, with {POOL_USERS:,} users of all kinds")
        _write_inputs(out, simulator)
        return _flow(out, simulator)


def _clear(out: Path) -> None:
    """Remove what an earlier demo left, and nothing that somebody else put there."""
    standing = [name for name in FILES if (out / name).exists()]
    if standing and not (out / MARKER).exists():
        raise InputError(
            f"{out} has {', '.join(standing)}, and not from a demo; name another folder with --out"
        )
    (out / MARKER).touch()
    for name in standing:
        (out / name).unlink()


def _write_inputs(out: Path, simulator: Simulator) -> None:
    """A job, its environment, and the list of a leak: usernames, e-mails, a ghost and a duplicate."""
    from bulkreset.simulator import DEMO_POOL_ID

    environment = ENVIRONMENT.format(pool_id=DEMO_POOL_ID, endpoint_url=simulator.endpoint_url)
    (out / "environment.yaml").write_text(environment, encoding="utf-8")
    (out / "job.yaml").write_text(JOB, encoding="utf-8")
    rng = random.Random(1)  # noqa: S311 - the same leak at every demo
    leaked = rng.sample(list(simulator.usernames(DEMO_POOL_ID)), LEAKED_USERS)
    rows = [[name, "forum dump"] for name in [*leaked, leaked[0], "nobody.knows.this.one"]]
    with (out / "leaked.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["username", "source"], *rows])


def _flow(out: Path, simulator: Simulator) -> int:
    from bulkreset.cli.execution import watching
    from bulkreset.cli.options import Manner
    from bulkreset.cli.output import print_outcomes
    from bulkreset.cli.plan_text import plan_text
    from bulkreset.clock import SystemClock
    from bulkreset.flow.carry_out import apply_run
    from bulkreset.flow.plan import plan_job
    from bulkreset.flow.report import estimate_of, reading, write_report
    from bulkreset.flow.terms import Terms

    run, clock = out / "demo.run", SystemClock()
    _say(f"bulkreset plan {quoted(out / 'job.yaml')} --out {quoted(run)}")
    digest = plan_job(out / "job.yaml", run, None, clock)
    with reading(run) as reader:
        for line in plan_text(reader, estimate_of(reader)):
            say(line)
    _say(f"bulkreset apply {quoted(run)} --confirm {digest[:8]}…")
    manner = Manner(Terms(), as_json=False, quiet=False, log_format="auto", log_identifiers=False)
    with watching(manner, run) as watch:
        status = apply_run(run, lambda shown: shown == digest, watch, clock, manner.terms)
    print_outcomes(status)
    for format_name in ("csv", "html"):
        report = out / f"report.{format_name}"
        _say(f"bulkreset report {quoted(run)} --format {format_name} --out {quoted(report)}")
        write_report(run, format_name, report)
    rows = _rows(out / "report.csv")
    sent = simulator.outbox.counts()
    _say(
        f"{rows:,} rows reported of {status['rows']['total']:,}; {sum(sent.values()):,} messages sent, "
        f"at most {max(sent.values(), default=0)} to a user"
    )
    say(_what_next(out))
    whole = rows == status["rows"]["total"] == sum(status["outcomes"].values())
    return 0 if whole and status["state"] == "finished" else 1


def _rows(report: Path) -> int:
    with report.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def _what_next(out: Path) -> str:
    return f"""
Look at
  {out / "report.html"}        in a browser: how it went, what to do about what failed, every row
  {out / "report.csv"}         one line per manifest row: what was decided and why, what became of it
  bulkreset show {quoted(out / "demo.run")}   the plan, from the run file: the evidence to archive

The failed rows are users who prefer SMS for MFA, to whom Cognito sends no code by SMS. ListUsers does
not tell; with `read: get` in the job the plan blocks them, and each user read is billed as active.

The same job on a real pool
  0. copy the folder: the next demo writes its files anew
  1. in {out / "environment.yaml"} write your pool_id and caps, remove endpoint_url, set share to 0.5
  2. put your users into {out / "leaked.csv"}
  3. bulkreset plan {quoted(out / "job.yaml")} --out incident.run    changes nothing in the pool"""


def _say(text: str) -> None:
    say(f"\n>>> {text}")
