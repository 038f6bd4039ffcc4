"""A simulated pool, a folder to work in, and the real command in it."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from command import Command, Desk

from bulkreset.simulator import NO_QUOTAS, Simulator


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def start(stack):
    """Starts simulators with a pool of these users; no quotas unless asked for."""

    def started(users=(), pool=None, **options):
        simulator = stack.enter_context(Simulator(**{"quotas": NO_QUOTAS, **options}))
        simulator.create_pool(users, **(pool or {}))
        return simulator

    return started


@pytest.fixture
def desk_at(tmp_path):
    """Sets up a folder for a simulator's pool."""

    def desk(simulator, folder="desk"):
        path = tmp_path / folder
        path.mkdir()
        return Desk(path, simulator.endpoint_url)

    return desk


@pytest.fixture
def command_in(tmp_path, stack):
    """The command, started in a folder; what is left of it ends with the test."""

    def command(folder, **more_environment):
        outputs = tmp_path / f"outputs-{folder.name}"
        outputs.mkdir()
        command = Command(folder, outputs, **more_environment)
        stack.callback(command.end_all)
        return command

    return command


@pytest.fixture
def scene(start, desk_at, command_in):
    """A simulator with these users, a job for all of them, and the command beside it."""

    def scene(users, *, pool=None, job=None, environment=None, **simulator_options):
        users = list(users)
        simulator = start(users, pool, **simulator_options)
        desk = desk_at(simulator)
        desk.environment(**(environment or {}))
        desk.job([user.username for user in users], **(job or {}))
        return simulator, desk, command_in(desk.folder)

    return scene
