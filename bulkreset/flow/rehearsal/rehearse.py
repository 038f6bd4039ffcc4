"""rehearse: one canary, the walks of a job, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bulkreset
from bulkreset.clock import Clock
from bulkreset.cognito.account.identity import caller_of
from bulkreset.errors import InputError, Refused
from bulkreset.flow.process import this_process
from bulkreset.flow.rehearsal.record import Rehearsed, note
from bulkreset.flow.rehearsal.registry import walks, walks_of
from bulkreset.flow.rehearsal.stage import Stage
from bulkreset.flow.rehearsal.steps import Step, Walk, Walked
from bulkreset.flow.user.app import App, open_app
from bulkreset.flow.user.found import the_user
from bulkreset.goals.registry import goals, policy_keys
from bulkreset.pool import PoolFacts
from bulkreset.preflight.terms import possible_terms
from bulkreset.secrets.generator import Generator, Recipe
from bulkreset.secrets.secret import Secret
from bulkreset.settings.loading import LoadedJob, load_job
from bulkreset.users import UserState

CARRIED_OVER = ("sign_out", "unverified")
"""Policy keys of force-reset that bear on what a user lives through."""

Tell = Callable[[str, Step], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a rehearsal was asked for. `walk` is one by name, "" for those of the job.

    `code` is asked for the code that was sent, with the canary's username; `final` for the password that the
    canary is left with, None for one that nobody knows.
    """

    job: Path
    client_id: str
    canary: str
    walk: str
    client_secret: Secret | None
    attributes: Mapping[str, str]
    code: Callable[[str], Secret]
    final: Callable[[], Secret] | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal that is ready to begin: nothing was changed yet."""

    asked: Asked
    loaded: LoadedJob
    app: App
    pool: PoolFacts
    user: UserState
    walks: tuple[Walk, ...]
    folder: Path | None
    generator: Generator

    def run(self, clock: Clock, tell: Tell) -> tuple[Walked, ...]:
        """Take the walks, one after the other, each up to its first step that fails, and keep that."""
        walked = []
        for walk in self.walks:
            steps: list[Step] = []
            for step in walk.steps(self._stage(clock)):
                steps.append(step)
                tell(walk.name, step)
                if not step.passed:
                    break
            walked.append(Walked(walk.name, tuple(steps)))
            self._keep(walked[-1])
        return tuple(walked)

    def _stage(self, clock: Clock) -> Stage:
        job = self.loaded.job
        is_reset = job.goal == "force-reset"
        policy = {name: str(job.policy[name]) for name in CARRIED_OVER if is_reset}
        return Stage(
            app=self.app,
            canary=self.user.username,
            environment=self.loaded.environment_path,
            clock=clock,
            make=self.generator.new,
            final=self.asked.final or self.generator.new,
            code=lambda: self.asked.code(self.user.username),
            policy=policy,
            attributes=self.asked.attributes,
            signs_out=policy.get("sign_out", "after-reset") != "none",
        )

    def _keep(self, walked: Walked) -> None:
        if self.folder is None:
            return
        failed = next((step.name for step in walked.steps if not step.passed), "")
        caller = caller_of(self.app.access.client.services)
        by = caller.arn if caller and caller.arn else str(this_process()["user"])
        note(
            self.folder,
            self.pool.pool_id,
            Rehearsed(
                self.app.access.now(),
                walked.walk,
                walked.passed,
                self.asked.client_id,
                failed,
                by,
                bulkreset.__version__,
            ),
        )


@contextmanager
def rehearsal(asked: Asked, clock: Clock) -> Iterator[Rehearsal]:
    """What is going to be rehearsed, and with whom. Changes nothing.

    Raises InputError for a job that cannot be used, and Refused where there is nothing to rehearse, no such
    app client, or not exactly one such user.
    """
    loaded = load_job(asked.job, policy_keys())
    app = open_app(loaded.environment_path, asked.client_id, asked.client_secret, clock)
    try:
        pool, settings = app.access.directory.pool_and_settings()
        user = the_user(app.access, pool, asked.canary)
        if user is None:
            raise Refused(f"nobody in pool {pool.pool_id} is called {asked.canary}; name another canary")
        yield Rehearsal(
            asked=asked,
            loaded=loaded,
            app=app,
            pool=pool,
            user=user,
            walks=_walks(asked, loaded, pool),
            folder=app.access.share_with_others(loaded.environment, pool),
            generator=Generator(settings.password_policy, Recipe()),
        )
    finally:
        app.close()


def _walks(asked: Asked, loaded: LoadedJob, pool: PoolFacts) -> tuple[Walk, ...]:
    if asked.walk:
        if asked.walk not in walks():
            raise InputError(f"there is no walk {asked.walk!r}; there are {', '.join(walks())}")
        return (walks()[asked.walk],)
    goal = goals()[loaded.job.goal]
    refusal = goal.refusal(pool, loaded.job.policy)
    if refusal:
        raise Refused(f"{goal.name} is not possible in pool {pool.pool_id}: {refusal}")
    terms = possible_terms(goal, loaded.job.policy, pool, reads_mfa=False)
    found = walks_of(terms.actions)
    if not found:
        raise Refused(f"{goal.name} gives no user a new password to choose: there is nothing to rehearse")
    return found
