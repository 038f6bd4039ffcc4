"""The options of `users`: what they ask, and which of them make no sense together."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from bulkreset.cli import plan, run
from bulkreset.cli.selection_options import selection_options
from bulkreset.cli.users import command

IN_POOL = ("--environment", "e.yaml")


def asked(*options):
    """What a command with these options is asked for."""

    seen = []

    @click.command
    @selection_options
    def probe(asked):
        seen.append(asked)

    done = CliRunner().invoke(probe, options)
    assert done.exit_code == 0, done.output
    return seen[0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (IN_POOL, "nothing to write: add --out for a manifest, --snapshot for a snapshot"),
        ((*IN_POOL, "--enabled"), "nothing to write"),
        (
            ("--out", "u.csv", "--everyone"),
            "name the pool's --environment, or a snapshot with --from-snapshot",
        ),
        ((*IN_POOL, "--out", "u.csv"), "--out needs to know which users"),
        (("--from-snapshot", "p", "--snapshot", "q"), "--from-snapshot makes no snapshot"),
        (
            (*IN_POOL, "--out", "u.csv", "--everyone", "--recipient", "age1x"),
            "--recipient encrypts a snapshot",
        ),
        ((*IN_POOL, "--snapshot", "p", "--identity", "k"), "--identity opens an encrypted snapshot"),
        (
            (*IN_POOL, "--out", "u.csv", "--attribute", "email"),
            "is none of NAME=VALUE, NAME^=PREFIX and NAME~REGEX",
        ),
        (
            (*IN_POOL, "--out", "u.csv", "--attribute", "email=a", "--attribute", "email~b"),
            "email is asked for twice",
        ),
    ],
)
def test_options_that_make_no_sense_are_refused_with_what_to_write(options, told):
    done = CliRunner().invoke(command, options)

    assert done.exit_code == 2
    assert told in done.output


@pytest.mark.parametrize("other", [plan.command, run.command])
def test_a_key_without_a_snapshot_to_open_is_refused(other):
    done = CliRunner().invoke(other, ["job.yaml", "--out", "a.run", "--identity", "key.txt"])

    assert done.exit_code == 2
    assert "--identity opens an encrypted snapshot: add --snapshot" in done.output


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        ((), {}),
        (("--everyone",), {"everyone": True}),
        (("--enabled",), {"enabled": True}),
        (("--disabled", "--email-not-verified"), {"enabled": False, "email_verified": False}),
        (("--group", "a", "--group", "b"), {"group": ("a", "b")}),
        (("--status", "CONFIRMED", "--phone-verified"), {"status": ("CONFIRMED",), "phone_verified": True}),
        (("--created-after", "2026-11-20T22:00:00Z"), {"created_after": "2026-11-20T22:00:00Z"}),
        (("--not-in", "done.csv"), {"not_in": "done.csv"}),
        (
            (
                "--attribute",
                "custom:a==x",
                "--attribute",
                "email^=a=b",
                "--attribute",
                "name~^a^=~",
                "--attribute",
                "sub=",
            ),
            {
                "attributes": {
                    "custom:a": {"equals": "=x"},
                    "email": {"prefix": "a=b"},
                    "name": {"regex": "^a^=~"},
                    "sub": {"equals": ""},
                }
            },
        ),
    ],
)
def test_options_ask_what_the_keys_of_a_job_ask(options, meant):
    assert asked(*options) == meant
