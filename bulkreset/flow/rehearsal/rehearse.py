"""rehearse: one canary, the walks of a job, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import bulkreset
from bulkreset.clock import Clock
from bulkreset.cognito.account.identity import caller_of
from bulkreset.errors import InputError, Refused
from bulkreset.flow.process import this_process
from bulkreset.flow.rehearsal.administrator import Administrator
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
from bulkreset.settings.consent import VERIFY_UNVERIFIED
from bulkreset.settings.loading import LoadedJob, load_job
from bulkreset.settings.words import advice_on_name
from bulkreset.users import UserState

VERIFYING = frozenset({"verify-email", "verify-phone"})
"""Values of force-reset's `unverified` that lead to a reset all the same."""

ALL = "all"
INTERRUPTED = Step("the walk was not ended", "", passed=False)

Tell = Callable[[str, Step], None]
AskCode = Callable[[], Secret | None]
"""Gives the code that was sent, None where no message came; may raise Refused."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a rehearsal was asked for. `walk` is one by name, `all` for each, "" for those of the job.

    `final` is asked for the password that the canary is left with, None for one that nobody knows.
    """

    job: Path
    client_id: str
    canary: str
    walk: str
    client_secret: Secret | None
    attributes: Mapping[str, str]
    final: Callable[[], Secret] | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal that is ready to begin: nothing was changed yet."""

    asked: Asked
    loaded: LoadedJob
    app: App
    pool: PoolFacts
    user: UserState
    walks: tuple[Walk[Stage], ...]
    folder: Path | None
    generator: Generator

    @property
    def takes_code(self) -> bool:
        """Whether somebody has to say which code was sent."""
        return any(walk.takes_code for walk in self.walks)

    def run(self, clock: Clock, tell: Tell, code: AskCode) -> tuple[Walked, ...]:
        """Take the walks, one after the other, each up to its first step that fails, and keep that.

        One that is broken off counts as failed.
        """
        last = self.walks[-1]
        return tuple(self._take(walk, self._stage(clock, code, walk is last), tell) for walk in self.walks)

    def _take(self, walk: Walk[Stage], stage: Stage, tell: Tell) -> Walked:
        steps: list[Step] = []
        try:
            for step in walk.steps(stage):
                steps.append(step)
                tell(walk.name, step)
                if not step.passed:
                    break
        except BaseException:
            self._keep(Walked(walk.name, (*steps, INTERRUPTED)))
            raise
        walked = Walked(walk.name, tuple(steps))
        return replace(walked, unkept=self._keep(walked))

    def _stage(self, clock: Clock, code: AskCode, is_last: bool) -> Stage:
        job = self.loaded.job
        policy: dict[str, str] = {}
        if job.goal == "force-reset":
            policy["sign_out"] = str(job.policy["sign_out"])
            if job.policy["unverified"] in VERIFYING:
                policy["unverified"] = str(job.policy["unverified"])
        administrator = Administrator(
            environment=self.loaded.environment_path,
            canary=self.user.username,
            clock=clock,
            policy=policy,
            consent=tuple(one for one in job.consent if one == VERIFY_UNVERIFIED and "unverified" in policy),
            signs_out=policy.get("sign_out", "after-reset") != "none",
        )
        return Stage(
            app=self.app,
            administrator=administrator,
            canary=self.user.username,
            make=self.generator.new,
            # Set once alone: a pool that remembers passwords would not take it again.
            final=(self.asked.final if is_last else None) or self.generator.new,
            code=code,
            attributes=self.asked.attributes,
        )

    def _keep(self, walked: Walked) -> str:
        """Why it could not be kept how a walk went, "" where it was."""
        if self.folder is None:
            return "there is no state directory that can be written; set `state_dir` in the environment"
        failed = next((step.name for step in walked.steps if not step.passed), "")
        caller = caller_of(self.app.access.client.services)
        by = caller.arn if caller and caller.arn else str(this_process()["user"])
        rehearsed = Rehearsed(
            at=self.app.access.now(),
            walk=walked.walk,
            passed=walked.passed,
            client_id=self.asked.client_id,
            failed_at=failed,
            by=by,
            bulkreset=bulkreset.__version__,
            goal=self.loaded.job.goal,
        )
        try:
            note(self.folder, self.pool.pool_id, rehearsed)
        except OSError as error:
            return f"{self.folder}: {error.strerror}"
        return ""


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


def _walks(asked: Asked, loaded: LoadedJob, pool: PoolFacts) -> tuple[Walk[Stage], ...]:
    if asked.walk == ALL:
        return tuple(walks().values())
    if asked.walk:
        if asked.walk not in walks():
            raise InputError(
                f"there is no walk {asked.walk!r}; {advice_on_name(asked.walk, [*walks(), ALL])}"
            )
        return (walks()[asked.walk],)
    goal = goals()[loaded.job.goal]
    refusal = goal.refusal(pool, loaded.job.policy)
    if refusal:
        raise Refused(f"{goal.name} is not possible in pool {pool.pool_id}: {refusal}")
    terms = possible_terms(goal, loaded.job.policy, pool, reads_mfa=False)
    found = walks_of(terms.actions)
    if not found:
        raise Refused(
            f"{goal.name} changes nothing that a user meets when signing in: there is nothing to rehearse"
        )
    return found
