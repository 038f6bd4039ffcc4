"""The files that `bulkreset init` writes: a job and an environment to fill in, and their schemas."""

from __future__ import annotations

from bulkreset.settings.moments import MOMENT_EXAMPLE
from bulkreset.settings.policy import GoalKeys, PolicyKey, PolicyKind
from bulkreset.settings.schema import environment_schema, job_schema, schema_text

POOL_ID_TO_FILL_IN = "WRITE-YOUR-POOL-ID-HERE"

ENVIRONMENT = f"""\
# yaml-language-server: $schema=schemas/environment.json
#
# Where jobs run, and how fast and how far they may go there.

# The user pool, as the AWS console shows it, for example us-east-1_AbCdEf123.
pool_id: {POOL_ID_TO_FILL_IN}

# Whose permissions are used. Leave both out to use those that the AWS tools would use.
credentials:
  # profile: security
  # role_arn: arn:aws:iam::123456789012:role/bulkreset

# Cognito limits the requests per second of a whole account and region, and your users draw from the
# same limits when they sign in. 0.5 leaves them half.
quotas:
  share: 0.5
  # One category, if AWS has raised its limit for you:
  # UserRead: {{share: 0.5, rate_per_second: 240}}

# A plan that would change more users than this is refused before anything is changed.
caps:
  max_users: 10000
  max_pool_fraction: 0.2   # 1 is the whole pool

# A plan is carried out only once somebody else has approved it, and only while it is young:
# approval: {{required: 1}}
plan_max_age: 7d
"""

JOB = """\
# yaml-language-server: $schema=schemas/job.json
#
# What should be true of which users. Try it without changing anything:
#   bulkreset plan job.yaml --out first.run
#   bulkreset show first.run

# Where to run it. Paths in this file are relative to this file.
environment: environment.yaml

# What should be true of every user afterwards: {goals}.
goal: {goal}

# The users: a CSV file with a header and a column `username`, `sub`, `email` or `phone_number`.
# Further columns are carried through to the report. Or else, without a list, whom of the pool you mean:
# select: {{group: customers, status: CONFIRMED, modified_before: 2026-11-20T22:00:00Z}}
manifest: users.csv

# Who wants this and why. It is kept in the run, as evidence.
reason: ""

# A few users first, so that a mistake meets few:
# waves: [10, 1%, 10%, rest]
# between: 10m   # or confirm, to look at each wave before the next

# The run stops by itself when more of its rows fail, once 50 of them are settled.
max_failed: 5%

# What to do with users for whom the goal alone does not say. These are the defaults: `block` and
# `skip` both leave the user alone, and the plan lists them.
policy:
{policy}
"""

USERS = """\
email,note
someone@example.com,replace this line by your users
"""


def starter_files(goal_keys: GoalKeys) -> dict[str, str]:
    """File name -> text. `load_job` takes the job once the pool id is filled in."""
    goal = "force-reset" if "force-reset" in goal_keys else next(iter(goal_keys))
    policy = "\n".join(_policy_lines(key) for key in goal_keys[goal])
    return {
        "job.yaml": JOB.format(goals=", ".join(goal_keys), goal=goal, policy=policy),
        "environment.yaml": ENVIRONMENT,
        "users.csv": USERS,
        "schemas/job.json": schema_text(job_schema(goal_keys)),
        "schemas/environment.json": schema_text(environment_schema()),
    }


def _policy_lines(key: PolicyKey) -> str:
    return f"  # {key.meaning}\n  {_policy_line(key)}"


def _policy_line(key: PolicyKey) -> str:
    match key.kind:
        case PolicyKind.CHOICE:
            return f"{key.name}: {key.default}   # {' | '.join(key.values)}"
        case PolicyKind.PEOPLE:
            return f"{key.name}: []   # for example [admin, break-glass]"
        case PolicyKind.MOMENT:
            return f"# {key.name}: {MOMENT_EXAMPLE}"
