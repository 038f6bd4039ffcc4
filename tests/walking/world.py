"""Where a page is tried: a simulated account, a folder with the files of the page, and a shell."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from command import FAST, PATIENCE_SECONDS, Command, until, verified_users
from walking.page import Page
from walking.shell import Shell

from bulkreset.simulator import NO_QUOTAS, SeedUser, Simulator

T = TypeVar("T")

POOL_ID = "us-east-1_AbCdEf123"
"""The pool of the examples of environments."""

SHORT = {"timeouts": {"connect_seconds": 2, "read_seconds": 5}, "read_back_after_seconds": 0.2}
DIGEST = r"\b[0-9a-f]{64}\b"

Judge = Callable[[int, str], None]


class Going(NamedTuple):
    """A command that was left under way."""

    text: str
    typed: subprocess.Popen[bytes]
    paths: tuple[Path, Path]
    judge: Judge


class World:
    def __init__(self, page: Page, folder: Path, stack: ExitStack) -> None:
        self.page = page
        self.folder = folder / "desk"
        self.said = ""
        """What all commands have said so far."""
        self._outputs = folder / "outputs"
        self._stack = stack
        self._going: list[Going] = []
        behind = folder / "behind"
        for made in (self.folder, self._outputs, behind):
            made.mkdir()
        self.command = Command(self.folder, self._outputs, XDG_STATE_HOME=str(folder / "state"))
        self.shell = Shell(self.command, behind)
        stack.callback(self.shell.close)

    def pool(
        self, users: Iterable[SeedUser] = (), daily_email_limit: int | None = None, **settings: Any
    ) -> Simulator:
        """The pool that environments name, in an account that every command finds."""
        simulator = Simulator(quotas=NO_QUOTAS, daily_email_limit=daily_email_limit)
        self.simulator = self._stack.enter_context(simulator)
        self.simulator.create_pool(users, **{"pool_id": POOL_ID} | settings)
        self.shell.export({"AWS_ENDPOINT_URL": self.simulator.endpoint_url})
        return self.simulator

    def beside(self, service: AbstractContextManager[T]) -> T:
        """Have something else run for as long as the page is tried."""
        return self._stack.enter_context(service)

    def change(self, user: str, **changes: Any) -> None:
        """Change a user behind everybody's back: fields of a SeedUser."""
        self.simulator.set_user(POOL_ID, user, **changes)

    def shown(self, language: str, number: int = 0) -> str:
        """The text of one of the page's blocks in this language."""
        return self.page.blocks(language)[number].text

    def write(self, name: str, content: str | dict[str, Any]) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        path.write_text(text, encoding="utf-8")
        return path

    def environment(
        self, name: str = "environment.yaml", shown: str = "", *, slow: bool = False, **settings: object
    ) -> Path:
        """An environment as the page shows it, if it does, for the pool of this world.

        The credentials are those of the shell. A slow one keeps to the quotas of AWS.
        """
        tree: dict[str, Any] = yaml.safe_load(shown) if shown else {"pool_id": POOL_ID}
        tree.pop("credentials", None)
        tree.setdefault("caps", {"max_pool_fraction": 1.0})
        if not slow:
            tree["quotas"] = {"share": 0.5, **FAST} | tree.get("quotas", {})
        return self.write(name, tree | {"endpoint_url": self.simulator.endpoint_url, **SHORT, **settings})

    def job(self, users: Iterable[str], name: str = "job.yaml", **settings: object) -> Path:
        """A job for these users, in a list beside it."""
        path = self.write(name, {"environment": "environment.yaml", "goal": "force-reset", **settings})
        if "manifest" not in settings and "select" not in settings:
            path = self.write(name, yaml.safe_load(path.read_text("utf-8")) | {"manifest": "users.csv"})
            self.list_of(users, str(Path(name).with_name("users.csv")))
        return path

    def list_of(self, users: Iterable[str], name: str = "users.csv", column: str = "username") -> Path:
        return self.write(name, "\n".join([column, *users, ""]))

    def users(self, count: int) -> list[SeedUser]:
        return verified_users(count)

    def run(self, text: str) -> tuple[int, str, str]:
        """Type a command and wait for its end; returns how it ended, and what it said."""
        out, err = self._streams()
        with out.open("wb") as out_file, err.open("wb") as err_file:
            streams = {"stdin": subprocess.DEVNULL, "stdout": out_file, "stderr": err_file}
            typed = self.shell.type(text, streams)
            code = typed.wait(PATIENCE_SECONDS)
        said = out.read_text("utf-8"), err.read_text("utf-8")
        self.heard("".join(said))
        return code, *said

    def also(self, text: str) -> str:
        """What somebody does of whom the page only speaks; returns what is said on stdout."""
        code, out, err = self.run(text)
        assert code == 0, f"{text}: {err}"
        return out

    def carry_out(self, run: str, code: int = 0) -> None:
        """Plan `job.yaml` and apply it, which ends with this code."""
        self.also(f"bulkreset plan job.yaml --out {run}")
        ended, out, err = self.run(f"bulkreset apply {run} --confirm {self.digest()}")
        assert ended == code, out + err

    def leave_going(self, text: str, judge: Judge) -> None:
        paths = self._streams()
        with paths[0].open("wb") as out_file, paths[1].open("wb") as err_file:
            streams = {"stdin": subprocess.DEVNULL, "stdout": out_file, "stderr": err_file}
            self._going.append(Going(text, self.shell.type(text, streams), paths, judge))

    def let_end(self, *words: str) -> None:
        """Wait for what was left going and begins with any of these words, or for all; judge how it ended."""
        ending = [going for going in self._going if going.text.startswith(words or "")]
        for going in ending:
            self._going.remove(going)
            code = going.typed.wait(PATIENCE_SECONDS)
            said = "".join(path.read_text("utf-8") for path in going.paths)
            self.heard(said)
            going.judge(code, said)

    def heard(self, said: str) -> None:
        self.said += said

    def digest(self) -> str:
        return self.last(DIGEST)

    def last(self, pattern: str) -> str:
        """What was told last of what looks so."""
        told = re.findall(pattern, self.said)
        assert told, f"nothing has told {pattern} yet: {self.said}"
        return str(told[-1])

    def interrupt(self) -> None:
        """Ctrl-C for what was left going."""
        self.shell.signal_going(signal.SIGINT)

    def goes_on(self, run: str, operation: str = "AdminResetUserPassword") -> None:
        """Wait until a run that was left going has begun to call."""
        before = self.simulator.counters.calls(operation)
        until(lambda: self.simulator.counters.calls(operation) > before + 3, f"{run} to be under way")

    def _streams(self) -> tuple[Path, Path]:
        number = len(list(self._outputs.glob("typed-*.out")))
        return self._outputs / f"typed-{number}.out", self._outputs / f"typed-{number}.err"
