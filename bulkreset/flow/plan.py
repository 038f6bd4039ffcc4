"""plan: manifest → resolve → decide → preflight → run file. Changes nothing in the pool."""

from __future__ import annotations

import dataclasses
import json
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path

import pandas as pd

import bulkreset
from bulkreset.clock import Clock
from bulkreset.errors import SHOWN_PROBLEMS, InputError, Problem, Refused
from bulkreset.flow.budget import refuse_over_budget
from bulkreset.flow.consents import hazards_taken
from bulkreset.flow.given_passwords import GivenPasswords
from bulkreset.flow.places import Here, fetched
from bulkreset.flow.planner import planner_meta
from bulkreset.flow.process import this_process
from bulkreset.flow.recipients import refuse_without_recipients
from bulkreset.flow.saved_pool import saved_pool
from bulkreset.flow.selecting import select_users, sha256_of
from bulkreset.flow.source import PoolSource
from bulkreset.goals.base import DecisionKind
from bulkreset.goals.registry import goals, policy_keys
from bulkreset.ledger.create import NewRun
from bulkreset.ledger.states import RunState
from bulkreset.manifests.reading import problems as row_problems, read_manifest
from bulkreset.places import Place
from bulkreset.planning.digest import DIGESTED_COLUMNS, plan_digest, plan_header
from bulkreset.planning.directives import Directives
from bulkreset.planning.frames import tuples
from bulkreset.planning.planner import plan_rows
from bulkreset.planning.protection import privileged_people, protected_people
from bulkreset.planning.snapshot import Snapshot
from bulkreset.planning.summary import Group, estimate
from bulkreset.pool import PoolFacts
from bulkreset.settings.consent import PRIVILEGED
from bulkreset.settings.loading import LoadedJob, load_job

NEEDED_COLUMNS = ["row", "line", "kind", "identifier", "overrides", "priority", "problem"]


def plan_job(
    job_path: Path, out: Path, snapshot: Place | None, clock: Clock, identity: Path | None = None
) -> str:
    """Plan a job into a new run file and return the plan's digest.

    With a snapshot no call is made at all, unless approvals are asked for: then one says who plans.
    `identity` is the file of the key that opens a sealed one. Raises InputError for bad input and Refused
    when the plan must not be carried out; then no run file is left.
    """
    loaded = load_job(job_path, policy_keys())
    with ExitStack() as files, NewRun(out) as run:
        manifest = files.enter_context(_manifest_here(loaded, clock))
        loaded = replace(loaded, manifest_path=manifest.path)
        planner = planner_meta(loaded.environment, clock)
        given = GivenPasswords(loaded.manifest_path, loaded.job, is_copy=loaded.manifest_object is not None)
        rows = _read_rows(loaded, run, given) if loaded.job.select is None else pd.DataFrame()
        origin: dict[str, object] = {}
        saved = files.enter_context(fetched(snapshot, loaded.environment, clock)) if snapshot else None
        with _source(loaded, saved, identity, clock) as source:
            if loaded.job.select is None:
                users = source.users(rows[rows["problem"] == ""])
            else:
                rows, users, origin = select_users(loaded, loaded.job.select, source, clock)
            protected = source.protected(protected_people(loaded.environment, loaded.job))
            directives = Directives(
                loaded.job.goal,
                loaded.job.policy,
                goals(),
                protected,
                delivers=loaded.job.deliver is not None,
            )
            plan = plan_rows(rows, users, directives, loaded.manifest_path, loaded.job.waves)
            given.refuse_missing(plan, loaded.job)
            consented = PRIVILEGED in loaded.job.consent
            privileged = source.protected(privileged_people(loaded.environment)) if consented else ()
            hazards = (*hazards_taken(loaded, plan, users, privileged), *given.hazards)
            cost = estimate(_groups(plan), source.rates.rate_per_second)
            account = source.account(cost)
        given.refuse_unfit(plan, account.password_policy)
        refuse_without_recipients(loaded.job, cost)
        refuse_over_budget(cost, account.limits, account.spent, loaded.job)
        digest = _digest(loaded, plan)
        run.add_plan(plan)
        meta = _meta(loaded, manifest, users, digest, clock) | account.as_meta() | planner
        meta |= {**source.origin, **origin, **given.meta, "hazards": hazards}
        run.seal(meta, source.calls, {**this_process(), **account.identity, "digest": digest})
    return digest


def _read_rows(loaded: LoadedJob, run: NewRun, given: GivenPasswords) -> pd.DataFrame:
    """The manifest's rows, without the columns that only the report needs: those go to the run file."""
    parts: list[pd.DataFrame] = []
    problems: list[Problem] = []
    invalid = 0
    for chunk in read_manifest(loaded.manifest_path, policy_keys(), loaded.job.goal):
        given.look_at(chunk)
        parts.append(chunk.rows[NEEDED_COLUMNS])
        run.add_extras(chunk.rows["row"], chunk.extras)
        invalid += int((chunk.rows["problem"] != "").sum())
        if len(problems) < SHOWN_PROBLEMS:
            problems += row_problems(chunk, loaded.manifest_path)
    if problems and loaded.job.on_invalid == "refuse":
        raise InputError(problems, invalid)
    return pd.concat(parts, ignore_index=True)


def _manifest_here(loaded: LoadedJob, clock: Clock) -> AbstractContextManager[Here]:
    return fetched(loaded.manifest_object or loaded.manifest_path, loaded.environment, clock)


def _source(loaded: LoadedJob, snapshot: Here | None, identity: Path | None, clock: Clock) -> PoolSource:
    """Where the pool's users and the account's facts come from: a snapshot file, or the pool itself."""
    if snapshot is None:
        from bulkreset.flow.resolve import LivePool  # noqa: PLC0415 - boto3, which a snapshot spares

        return LivePool(loaded, clock)
    saved = saved_pool(loaded, snapshot, identity, clock)
    _refuse_goal(loaded, saved.pool)
    return saved


def _refuse_goal(loaded: LoadedJob, pool: PoolFacts) -> None:
    refusal = goals()[loaded.job.goal].refusal(pool, loaded.job.policy)
    if refusal:
        raise Refused(f"{loaded.job.goal} is not possible in pool {pool.pool_id}: {refusal}")


def _groups(plan: pd.DataFrame) -> list[Group]:
    """What is to be done, in groups of equal steps and medium."""
    to_do = plan[plan["decision"] == DecisionKind.DO.value]
    counted = to_do.groupby(["steps", "medium"], sort=False).size().reset_index()
    return [
        Group(DecisionKind.DO.value, "", tuple(steps.split()), rows, (), medium)
        for steps, medium, rows in tuples(counted)
    ]


def _digest(loaded: LoadedJob, plan: pd.DataFrame) -> str:
    environment = loaded.environment.model_dump(mode="json")
    header = plan_header(environment, loaded.job.model_dump(mode="json"))
    columns = list(DIGESTED_COLUMNS)
    return plan_digest(header, tuples(plan[columns].sort_values(columns)))


def _meta(
    loaded: LoadedJob, manifest: Here, snapshot: Snapshot, digest: str, clock: Clock
) -> dict[str, object]:
    return {
        "bulkreset": bulkreset.__version__,
        "state": RunState.PLANNED.value,
        "digest": digest,
        "goal": loaded.job.goal,
        "reason": loaded.job.reason,
        "job": json.loads(loaded.job.model_dump_json()),
        "environment": json.loads(loaded.environment.model_dump_json()),
        "pool": dataclasses.asdict(snapshot.pool),
        "job_path": str(loaded.job_path),
        "environment_path": str(loaded.environment_path),
        "manifest": {"path": manifest.name, "sha256": sha256_of(manifest.path), **manifest.origin},
        "read_at": snapshot.taken_at,
        "planned_at": clock.now(),
        "planned_by": this_process(),
    }
