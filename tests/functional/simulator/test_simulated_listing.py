"""ListUsers: filters, pages, tokens, lag and speed."""

from __future__ import annotations

import time

import pytest

from bulkreset.clock import VirtualClock
from bulkreset.simulator import PagingHabits, SeedUser, demo_users

USERS = [
    SeedUser("Ada", email="Ada@Example.com", attributes={"name": 'Ada "A" Ash'}),
    SeedUser("ben", email="ben@example.org", status="RESET_REQUIRED"),
    SeedUser("cy", phone_number="+15550000003", enabled=False),
]


def _pages(client, pool, **parameters):
    token = {}
    while True:
        answer = client.list_users(UserPoolId=pool, **parameters, **token)
        yield [user["Username"] for user in answer["Users"]]
        if "PaginationToken" not in answer:
            return
        token = {"PaginationToken": answer["PaginationToken"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('username = "Ada"', ["Ada"]),
        ('username = "ada"', []),
        ('username ^= "b"', ["ben"]),
        ('email = "ada@example.com"', ["Ada"]),
        ('email ^= "BEN@"', ["ben"]),
        ('phone_number = "+15550000003"', ["cy"]),
        ('name = "Ada \\"A\\" Ash"', ["Ada"]),
        ('cognito:user_status = "reset_required"', ["ben"]),
        ('status = "Disabled"', ["cy"]),
        ('status = "disabled"', []),
        ('sub ^= "not-hexadecimal"', []),
    ],
)
def test_a_filter_finds_whom_cognito_would_find(simulator, client, text, expected):
    pool = simulator.create_pool(USERS)
    assert list(_pages(client, pool, Filter=text)) == [expected]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("username", "Error while parsing filter"),
        ("username = 'Ada'", "Error while parsing filter"),
        ('email_verified = "true"', "Invalid search attribute: email_verified"),
        ('custom:team = "red"', "Invalid search attribute: custom:team"),
    ],
)
def test_a_filter_that_cognito_does_not_take_is_refused(client, pool, refusal, text, message):
    refused = refusal(client.list_users, UserPoolId=pool, Filter=text)
    assert refused == ("InvalidParameterException", message)


def test_a_page_has_sixty_users_at_most(simulator, client, refusal):
    pool = simulator.create_pool(demo_users(130))
    assert [len(page) for page in _pages(client, pool)] == [60, 60, 10]
    assert refusal(client.list_users, UserPoolId=pool, Limit=61)[0] == "InvalidParameterException"


def test_attributes_to_get_fails_unless_every_user_has_them(simulator, client, refusal):
    pool = simulator.create_pool(USERS)
    answer = client.list_users(UserPoolId=pool, AttributesToGet=["sub"])
    assert [[one["Name"] for one in user["Attributes"]] for user in answer["Users"]] == [["sub"]] * 3
    refused = refusal(client.list_users, UserPoolId=pool, AttributesToGet=["email"])
    assert refused[0] == "InvalidParameterException"


def test_short_and_empty_pages_lose_nobody(start, connect):
    simulator = start(paging=PagingHabits(short_page_share=0.5, empty_page_share=0.3))
    pool = simulator.create_pool(demo_users(500))
    pages = list(_pages(connect(simulator), pool))
    assert [] in pages
    assert any(0 < len(page) < 60 for page in pages[:-1])
    assert sorted(name for page in pages for name in page) == sorted(simulator.usernames(pool))


def test_a_token_expires_and_fits_only_its_own_question(start, connect, refusal):
    clock = VirtualClock()
    simulator = start(clock=clock, paging=PagingHabits(token_lifetime_seconds=100))
    client = connect(simulator)
    pool = simulator.create_pool(demo_users(130))
    token = client.list_users(UserPoolId=pool)["PaginationToken"]
    invalid = ("InvalidParameterException", "Invalid pagination token given.")
    asked = {"UserPoolId": pool, "PaginationToken": token}
    assert refusal(client.list_users, **asked, Filter='username ^= "a"') == invalid
    assert refusal(client.list_users, UserPoolId=pool, PaginationToken="nonsense") == invalid
    assert client.list_users(**asked)["Users"] == client.list_users(**asked)["Users"]
    clock.sleep(101)
    assert refusal(client.list_users, **asked) == invalid


def test_a_change_shows_in_lists_only_after_the_lag(start, connect):
    clock = VirtualClock()
    simulator = start(clock=clock, list_lag_seconds=5)
    client = connect(simulator)
    pool = simulator.create_pool([SeedUser("ada", email="ada@example.com", email_verified=True)])
    client.admin_reset_user_password(UserPoolId=pool, Username="ada")

    def listed():
        return [user["UserStatus"] for user in client.list_users(UserPoolId=pool)["Users"]]

    assert client.admin_get_user(UserPoolId=pool, Username="ada")["UserStatus"] == "RESET_REQUIRED"
    assert listed() == ["CONFIRMED"]
    assert list(_pages(client, pool, Filter='cognito:user_status = "RESET_REQUIRED"')) == [[]]
    clock.sleep(5.1)
    assert listed() == ["RESET_REQUIRED"]


def test_users_of_a_group_come_in_pages(simulator, client):
    pool = simulator.create_pool(SeedUser(f"user{n:03d}") for n in range(70))
    client.create_group(UserPoolId=pool, GroupName="admins")
    for n in range(65):
        client.admin_add_user_to_group(UserPoolId=pool, GroupName="admins", Username=f"user{n:03d}")
    first = client.list_users_in_group(UserPoolId=pool, GroupName="admins")
    second = client.list_users_in_group(UserPoolId=pool, GroupName="admins", NextToken=first["NextToken"])
    assert (len(first["Users"]), len(second["Users"])) == (60, 5)
    assert "NextToken" not in second


def test_twenty_thousand_users_are_seeded_and_scanned_in_seconds(simulator, client):
    started = time.monotonic()
    pool = simulator.create_pool(demo_users(20_000))
    seeded = time.monotonic()
    names = [name for page in _pages(client, pool) for name in page]
    scanned = time.monotonic()
    assert len(set(names)) == 20_000
    assert seeded - started < 5
    assert scanned - seeded < 10
