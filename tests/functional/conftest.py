"""Jobs planned and carried out in this process, with real clients over HTTP against a simulated pool."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from command import Desk

from bulkreset.clock import SystemClock
from bulkreset.flow.access import open_access
from bulkreset.flow.carry_out import Watch, apply_run, resume_run
from bulkreset.flow.plan import plan_job
from bulkreset.flow.report import reading, status_of
from bulkreset.flow.users import Wanted, users_of_pool
from bulkreset.reporting.base import cells
from bulkreset.settings.loading import load_environment
from bulkreset.simulator import NO_QUOTAS, Simulator

CLOCK = SystemClock()


class Rehearsal:
    """A simulated pool with a folder for its jobs. Runs are made in that folder."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.desk = Desk(folder, simulator.endpoint_url)
        self.environment()

    def environment(self, **settings):
        """Short waits, and few threads: each run leaves its own behind."""
        timeouts = {"connect_seconds": 1, "read_seconds": 1}
        short = {"concurrency": 8, "timeouts": timeouts, "read_back_after_seconds": 0.2}
        return self.desk.environment(**(short | settings))

    def plan(self, users, *, snapshot=None, **job):
        """Plans for these users, or for a manifest; returns the run file."""
        return self.planned(self.desk.job(users, **job), snapshot)

    def select(self, asked, *, snapshot=None, **job):
        """Plans for users selected from the pool; returns the run file."""
        return self.planned(self.desk.selecting_job(asked, **job), snapshot)

    def planned(self, job_path, snapshot=None, identity=None):
        run = self.desk.folder / f"{len(list(self.desk.folder.glob('*.run')))}.run"
        plan_job(job_path, run, snapshot, CLOCK, identity)
        return run

    def take_snapshot(self, path, **wanted):
        """Saves the pool as it is; returns how many users that are."""
        environment = self.desk.folder / "environment.yaml"
        return users_of_pool(environment, Wanted(snapshot=path, **wanted), CLOCK).looked_at

    def apply(self, run, *, stop_requested=lambda: False):
        watch = Watch(lambda _status: None, lambda _notebook: None, stop_requested)
        return apply_run(run, lambda _digest: True, watch, CLOCK)

    def resume(self, run):
        watch = Watch(lambda _status: None, lambda _notebook: None, lambda: False)
        return resume_run(run, watch, CLOCK)

    def status(self, run):
        return status_of(run)

    def rows(self, run):
        """The report rows, by identifier."""
        with reading(run) as reader:
            return {row.identifier: cells(row) for row in reader.report_rows()}

    def events(self, run):
        with reading(run) as reader:
            return list(reader.events())

    def directory(self):
        return open_access(load_environment(self.desk.folder / "environment.yaml"), CLOCK).directory


@pytest.fixture
def rehearse(tmp_path):
    """Starts a simulator with these users, and what is needed to run jobs on it."""
    with ExitStack() as stack:

        def rehearse(users=(), *, pool=None, **options):
            simulator = stack.enter_context(Simulator(**{"quotas": NO_QUOTAS, **options}))
            simulator.create_pool(users, **(pool or {}))
            return Rehearsal(simulator, tmp_path)

        yield rehearse
