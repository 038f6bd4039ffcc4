"""docs/one-user.md: Ada, seen by the help desk and by herself."""

from walking.rules import Rule, Walkthrough
from walking.world import POOL_ID, World

from bulkreset.simulator import SeedUser

CLIENT = {"ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
FIRST, SECOND, THIRD, TEMPORARY, FOURTH = (f"Chosen-{number}-Password" for number in range(5))
AGREED = ("[y/N]", "y")


def begin(world: World) -> None:
    ada = SeedUser("ada", email="ada@example.com", email_verified=True)
    world.pool([ada], clients=[CLIENT], alias_attributes=["email"])
    world.environment()
    world.shell.export({"PASSWORD": FIRST, "NEW_PASSWORD": FOURTH})


def let_her_in_again(world: World) -> None:
    world.also("bulkreset user enable ada --environment environment.yaml --yes")


def give_a_temporary_one(world: World) -> None:
    world.change("ada", status="FORCE_CHANGE_PASSWORD", password=TEMPORARY)


def have_a_code_sent(world: World) -> None:
    world.also(
        f"bulkreset user forgot-password ada --environment environment.yaml --client-id {client_id(world)}"
    )
    world.shell.export({"CODE": newest_code(world)})


def client_id(world: World) -> str:
    return str(world.simulator.client_ids(POOL_ID)[0])


def newest_code(world: World) -> str:
    return str(world.simulator.outbox.to("ada")[-1].code)


def twice(asked: str, password: str) -> tuple[tuple[str, str], ...]:
    return ((asked, password), ("Repeat for confirmation", password))


WALKTHROUGH = Walkthrough(
    "docs/one-user.md",
    begin,
    [
        Rule("bulkreset user reset", answers=(AGREED,)),
        Rule("bulkreset user set-password ada --environment environment.yaml --generate", answers=(AGREED,)),
        Rule("bulkreset user sign-in ada@", before=let_her_in_again, answers=(("assword", FIRST),)),
        Rule(
            "bulkreset user confirm-reset ada@",
            answers=(("ode", newest_code), *twice("assword", SECOND)),
        ),
        Rule("bulkreset user change-password", answers=(("assword", SECOND), *twice("assword", THIRD))),
        Rule(
            "bulkreset user sign-in ada --environment",
            before=give_a_temporary_one,
            answers=(("assword", TEMPORARY), *twice("assword", "Chosen-9-Password")),
        ),
        Rule("bulkreset user confirm-reset ada --environment", before=have_a_code_sent),
    ],
    filled={"1example23456789": client_id},
)
