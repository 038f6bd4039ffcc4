"""Reading a pool over HTTP: whole, in shards, by name; whatever its pages look like."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from command import verified_users

from bulkreset.errors import Refused
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind, PagingHabits, SeedUser

LIST = "ListUsers"
USERS = 150
EVERYBODY = [user.username for user in verified_users(USERS)]


def names(pages):
    return sorted(user.username for page in pages for user in page)


@pytest.mark.parametrize("sharded", [False, True], ids=["in one chain", "in shards"])
@pytest.mark.parametrize(
    "habits",
    [
        PagingHabits(),
        PagingHabits(short_page_share=0.7),
        PagingHabits(empty_page_share=0.4),
        PagingHabits(short_page_share=0.5, empty_page_share=0.3),
    ],
    ids=["full pages", "short pages", "empty pages", "short and empty pages"],
)
def test_a_scan_brings_every_user_once_whatever_its_pages(rehearse, habits, sharded):
    night = rehearse(verified_users(USERS), paging=habits, seed=3)
    assert names(night.directory().scan(sharded=sharded)) == EVERYBODY


def test_a_sharded_scan_asks_for_every_first_character_of_sub(rehearse):
    night = rehearse(verified_users(USERS))
    list(night.directory().scan(sharded=True))
    assert night.simulator.counters.calls(LIST) >= 16


def test_a_group_is_read_to_its_last_page(rehearse):
    users = [replace(user, groups=("admins",)) for user in verified_users(USERS)]
    night = rehearse([*users, SeedUser("outsider")], paging=PagingHabits(short_page_share=0.5), seed=3)
    assert names(night.directory().members("admins")) == EVERYBODY


def test_a_group_that_is_not_there_is_refused_by_name(rehearse):
    night = rehearse(verified_users(1))
    with pytest.raises(Refused, match=r"ListUsersInGroup.*Group not found"):
        list(night.directory().members("nobody"))


def test_a_scan_whose_token_expired_starts_its_chain_again_and_misses_nobody(rehearse):
    night = rehearse(verified_users(USERS), paging=PagingHabits(token_lifetime_seconds=0.15))
    night.simulator.faults.add(Fault(FaultKind.HANG, operation=LIST, first=2, times=1, seconds=0.4))
    found = names(night.directory().scan(sharded=False))
    assert sorted(set(found)) == EVERYBODY
    assert len(found) > USERS, "the first page comes again"


def test_a_plan_over_an_expired_token_has_every_row_once(rehearse):
    night = rehearse(verified_users(USERS), paging=PagingHabits(token_lifetime_seconds=0.15))
    night.simulator.faults.add(Fault(FaultKind.HANG, operation=LIST, first=2, times=1, seconds=0.4))
    rows = night.status(night.plan(EVERYBODY, read="scan"))["rows"]
    assert rows == {"total": USERS, "do": USERS, "skip": 0, "block": 0, "invalid": 0}


def test_tokens_that_always_expire_are_refused_in_the_end(rehearse):
    night = rehearse(verified_users(USERS), paging=PagingHabits(token_lifetime_seconds=-1.0))
    with pytest.raises(Refused, match="pagination token"):
        list(night.directory().scan(sharded=False))
    assert night.simulator.counters.calls(LIST) < 20


def test_a_user_who_vanishes_between_pages_is_not_found_and_the_others_are(rehearse):
    night = rehearse(verified_users(USERS))
    second_page = night.simulator.faults.add(Fault(FaultKind.HANG, operation=LIST, first=2, times=1))
    found = []
    reader = threading.Thread(target=lambda: found.extend(names(night.directory().scan(sharded=False))))
    reader.start()
    assert second_page.wait_struck()
    night.simulator.delete_user(DEMO_POOL_ID, EVERYBODY[100])
    second_page.release()
    reader.join()
    assert found == [name for name in EVERYBODY if name != EVERYBODY[100]]


@pytest.mark.parametrize(
    "kind", [FaultKind.TRUNCATE, FaultKind.GARBAGE, FaultKind.DROP, FaultKind.SERVER_ERROR]
)
@pytest.mark.parametrize("operation", [LIST, "DescribeUserPool", "AdminGetUser"])
def test_a_read_that_is_cut_off_or_lost_is_made_again(rehearse, operation, kind):
    night = rehearse(verified_users(3))
    night.simulator.faults.add(Fault(kind, operation=operation, times=1))
    reads = {
        LIST: lambda: names(night.directory().scan(sharded=False)) == EVERYBODY[:3],
        "DescribeUserPool": lambda: night.directory().pool().estimated_users == 3,
        "AdminGetUser": lambda: night.directory().get("user-0001").email == "user-0001@example.com",
    }
    assert reads[operation]()
    assert night.simulator.counters.calls(operation) == 2


ODD_NAMES = [
    'o"brien',
    "back\\slash",
    '"quoted"',
    "ends-in\\",
    "ünïcode-名前",
    "a=b",
    "percent%27",
    "it's",
]


@pytest.mark.parametrize("read", ["scan", "lookup", "get"])
def test_names_with_quotes_and_other_signs_are_found_and_reset(rehearse, read):
    users = [
        SeedUser(name, email=f"odd{number}@example.com", email_verified=True)
        for number, name in enumerate(ODD_NAMES)
    ]
    night = rehearse([*users, *verified_users(3)])
    status = night.apply(night.plan(ODD_NAMES, read=read))
    assert status["outcomes"]["done"] == len(ODD_NAMES)
    assert night.simulator.outbox.counts() == dict.fromkeys(ODD_NAMES, 1)


def test_a_look_up_of_a_name_that_is_part_of_another_finds_the_exact_one(rehearse):
    night = rehearse([SeedUser("ann"), SeedUser("anna"), SeedUser("Ann")])
    assert names([night.directory().look_up("username", "ann")]) == ["ann"]
    assert night.directory().look_up("username", "an") == []
    assert night.directory().get("nobody") is None
