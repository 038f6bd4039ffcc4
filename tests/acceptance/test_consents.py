"""Hazards are refused with the numbers and no change, and pass by the consent that names them."""

from __future__ import annotations

import dataclasses

from command import verified_users


def test_a_plan_over_a_cap_passes_by_consent_and_says_by_how_much(scene):
    simulator, desk, command = scene(verified_users(12), environment={"caps": {"max_users": 5}})
    names = [user.username for user in verified_users(12)]
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 3
    assert "changes 12 users and caps.max_users is 5" in refused.err
    assert "`consent: [over-cap]`" in refused.err
    assert not desk.folder.joinpath("a.run").exists()
    assert len(simulator.outbox) == 0

    desk.job(names, consent=["over-cap"])
    digest = command.plan("a.run")
    shown = command("show", "a.run")
    assert "OVER THE CAP" in shown.out
    assert "changes 12 users and caps.max_users is 5" in shown.out
    assert "OVER THE CAP" in command("show", "a.run", "--format", "markdown").out
    assert command("apply", "a.run", "--confirm", digest).code == 0
    assert len(simulator.outbox) == 12


def test_unproved_contacts_are_told_or_refused_as_the_environment_says(scene):
    users = [dataclasses.replace(user, email_verified=False) for user in verified_users(3)]
    names = [user.username for user in users]
    verifying = {"policy": {"unverified": "verify-email"}}
    simulator, desk, command = scene(users, job=verifying)
    command.plan("told.run")
    assert "contacts of 3 users verified that nobody has proved" in command("show", "told.run").out

    desk.environment(require_consent=True)
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 3
    assert "contacts of 3 users verified that nobody has proved" in refused.err
    assert not desk.folder.joinpath("a.run").exists()
    desk.job(names, consent=["verify-unverified-contacts"], **verifying)
    command.plan("a.run")
    assert "by consent `verify-unverified-contacts`" in command("show", "a.run").out
    assert len(simulator.outbox) == 0


def test_a_word_for_all_hazards_is_not_understood(scene):
    _, _, command = scene(verified_users(1), job={"consent": ["all"]})
    refused = command("plan", "job.yaml", "--out", "a.run")
    assert refused.code == 2
    assert "over-cap" in refused.err
