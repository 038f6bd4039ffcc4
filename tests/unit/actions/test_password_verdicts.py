"""What a read-back says about a password or an invitation whose answer was lost."""

from __future__ import annotations

import itertools

import pytest
from factories import POOL_ID, user

from bulkreset.actions.base import Evidence, Target, Verdict
from bulkreset.actions.password import FASTEST_CHANGE_SECONDS, LONGEST_EFFECT_SECONDS
from bulkreset.actions.registry import actions
from bulkreset.users import UserStatus

CALLED_AT = 1_700_000_000.0
NEVER, AT_ONCE, SOON, LATE = -86_400.0, 0.0, FASTEST_CHANGE_SECONDS, LONGEST_EFFECT_SECONDS + 0.1
CONFIRMED, FORCED = UserStatus.CONFIRMED, UserStatus.FORCE_CHANGE_PASSWORD
REQUIRED = UserStatus.RESET_REQUIRED
EFFECT, NO_EFFECT, CANNOT_TELL = Verdict.EFFECT, Verdict.NO_EFFECT, Verdict.CANNOT_TELL

TEMPORARY = [
    # status before, status now, last change after the call, verdict
    (CONFIRMED, FORCED, NEVER, EFFECT),
    (CONFIRMED, FORCED, LATE, EFFECT),
    (REQUIRED, FORCED, AT_ONCE, EFFECT),
    (CONFIRMED, CONFIRMED, NEVER, NO_EFFECT),
    (CONFIRMED, CONFIRMED, SOON, NO_EFFECT),
    (CONFIRMED, CONFIRMED, LATE, CANNOT_TELL),  # given, handed out, and replaced already?
    (REQUIRED, CONFIRMED, SOON, CANNOT_TELL),  # came back by the code meanwhile?
    (FORCED, FORCED, NEVER, NO_EFFECT),
    (FORCED, FORCED, AT_ONCE, EFFECT),
    (FORCED, FORCED, LATE, CANNOT_TELL),
    (FORCED, CONFIRMED, AT_ONCE, CANNOT_TELL),
]
PERMANENT = [
    (CONFIRMED, CONFIRMED, NEVER, NO_EFFECT),
    (CONFIRMED, CONFIRMED, AT_ONCE, EFFECT),
    (CONFIRMED, CONFIRMED, LATE, CANNOT_TELL),  # the user's own change?
    (FORCED, CONFIRMED, LATE, EFFECT),
    (REQUIRED, CONFIRMED, NEVER, EFFECT),
    (FORCED, FORCED, AT_ONCE, NO_EFFECT),
    (CONFIRMED, REQUIRED, AT_ONCE, CANNOT_TELL),
]
INVITATION = [
    (FORCED, FORCED, AT_ONCE, EFFECT),
    (FORCED, FORCED, NEVER, CANNOT_TELL),
    (FORCED, FORCED, LATE, CANNOT_TELL),
    (FORCED, CONFIRMED, AT_ONCE, CANNOT_TELL),
]
TABLES = [
    *(("set-temporary-password", *line) for line in TEMPORARY),
    *(("set-permanent-password", *line) for line in PERMANENT),
    *(("scramble-password", *line) for line in PERMANENT),
    *(("resend-invitation", *line) for line in INVITATION),
]


def verdict(action: str, before: UserStatus, now: UserStatus, changed_after: float) -> Verdict:
    state = user(status=now, modified_at=CALLED_AT + changed_after)
    return actions()[action].confirmed_by(Evidence(before, CALLED_AT, state))


@pytest.mark.parametrize(("action", "before", "now", "changed_after", "expected"), TABLES)
def test_the_verdict_follows_the_status_and_the_time_of_the_last_change(
    action, before, now, changed_after, expected
):
    assert verdict(action, before, now, changed_after) is expected


def test_what_cannot_be_told_from_the_state_is_never_sent_again():
    for before, now, after in itertools.product(UserStatus, UserStatus, [NEVER, AT_ONCE, SOON, LATE]):
        assert verdict("resend-invitation", before, now, after) is not NO_EFFECT
        assert verdict("send-password", before, now, after) is CANNOT_TELL


@pytest.mark.parametrize(("medium", "sent_by"), [("email", "EMAIL"), ("sms", "SMS"), ("", "EMAIL")])
def test_an_invitation_always_names_its_medium(medium, sent_by):
    """Without one Cognito would send a text message."""
    request = actions()["resend-invitation"].request(Target(POOL_ID, "ada", {}, medium=medium))
    assert request["DesiredDeliveryMediums"] == [sent_by]
    assert request["MessageAction"] == "RESEND"
    assert "TemporaryPassword" not in request, "Cognito makes it, and nobody else knows it"
