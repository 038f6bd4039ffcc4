"""A manifest means the same in every format: the plan and its digest do not change with the writing."""

from __future__ import annotations

import pytest
import yaml
from command import verified_users

from bulkreset.simulator import SeedUser

USERS = [
    *verified_users(4),
    SeedUser("unverified", email="unverified@example.com"),
    SeedUser("reset-before", status="RESET_REQUIRED", email="r@example.com", email_verified=True),
]
NAMES = [user.username for user in USERS]
OVERRIDES = {"user-0001": {"goal": "sign-out"}, "unverified": {"policy.unverified": "verify-email"}}


def rows(names):
    for name in names:
        override = OVERRIDES.get(name, {})
        yield {
            "username": name,
            "goal": override.get("goal", ""),
            "policy.unverified": override.get("policy.unverified", ""),
            "note": f"of {name}",
        }


def as_csv(names, delimiter=",", end="\n"):
    lines = [delimiter.join(row.values()) for row in rows(names)]
    return end.join([delimiter.join(["username", "goal", "policy.unverified", "note"]), *lines, ""])


def as_yaml(names):
    users = [{key: value for key, value in row.items() if value} for row in rows(names)]
    return yaml.safe_dump(users, sort_keys=False)


def with_defaults(names):
    users = [{"username": name, **OVERRIDES.get(name, {})} for name in names]
    return yaml.safe_dump({"defaults": {"note": "same for all"}, "users": users}, sort_keys=False)


MANIFESTS = {
    "plain.csv": as_csv(NAMES).encode(),
    "other-order.csv": as_csv(NAMES[::-1]).encode(),
    "semicolons.csv": as_csv(NAMES, ";").encode(),
    "tabs-and-windows-ends.csv": as_csv(NAMES, "\t", "\r\n").encode(),
    "byte-order-mark.csv": as_csv(NAMES).encode("utf-8-sig"),
    "utf-16.csv": as_csv(NAMES, "\t", "\r\n").encode("utf-16"),
    "list.yaml": as_yaml(NAMES).encode(),
    "other-order.yaml": as_yaml(NAMES[::-1]).encode(),
    "utf-16.yaml": as_yaml(NAMES).encode("utf-16"),
    "defaults.yaml": with_defaults(NAMES).encode(),
}


@pytest.fixture
def planned(scene):
    """Plans a manifest of this name and content; returns the digest."""
    _, desk, command = scene(USERS)

    def planned(name, content, **job):
        path = desk.folder / name
        path.write_bytes(content)
        desk.job(path, **job)
        run = f"{name}.{len(list(desk.folder.iterdir()))}.run"
        return command.plan(run)

    return planned


def test_every_way_to_write_the_same_manifest_has_the_same_digest(planned):
    digests = {name: planned(name, content) for name, content in MANIFESTS.items()}
    assert set(digests.values()) == {digests["plain.csv"]}, digests


def test_the_digest_changes_with_who_what_where_and_what_is_told_to_them(planned):
    content = MANIFESTS["plain.csv"]
    names_only = "\n".join(["username", *NAMES, ""]).encode()
    digests = [
        planned("plain.csv", content),
        planned("names.csv", names_only, goal="sign-out"),
        planned("names.csv", names_only),
        planned("plain.csv", content, policy={"sign_out": "none"}),
        planned("plain.csv", content, client_metadata={"incident": "INC-1"}),
        planned("fewer.csv", as_csv(NAMES[:-1]).encode()),
    ]
    assert len(set(digests)) == len(digests)
    assert planned("plain.csv", content) == digests[0]
