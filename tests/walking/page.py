"""What a page has its reader type: the commands of its shell blocks, in order, as a shell takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
HERE_DOCUMENT = re.compile(r"<<-?\s*'?(\w+)'?")
PROMPT = "$ "


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as it stands on the page: with its continuation lines, and its here-document."""

    line: int
    text: str
    shown: str | None = None
    """The output that a `console` block shows beneath it."""

    @property
    def in_one_line(self) -> str:
        return " ".join(self.text.replace("\\\n", " ").split())

    @property
    def program(self) -> str:
        return self.in_one_line.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class Block:
    language: str
    line: int
    text: str


class Page:
    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    @classmethod
    def at(cls, root: Path, name: str) -> Page:
        return cls(name, (root / name).read_text(encoding="utf-8"))

    def blocks(self, *languages: str) -> list[Block]:
        """The fenced blocks in these languages, or all."""
        return [
            Block(found["language"], self.text.count("\n", 0, found.start()) + 2, found["text"])
            for found in FENCE.finditer(self.text)
            if not languages or found["language"] in languages
        ]

    def typed(self) -> list[Typed]:
        return [
            typed
            for block in self.blocks("sh", "console")
            for typed in (_of_script(block) if block.language == "sh" else _of_session(block))
        ]

    def column(self, head: str) -> list[str]:
        """The first cells of the table whose first head this is, without backticks."""
        lines = self.text.splitlines()
        start = next(number for number, line in enumerate(lines) if line.startswith(f"| {head} |")) + 2
        end = next(number for number in range(start, len(lines)) if not lines[number].startswith("|"))
        return [line.split(" | ")[0].removeprefix("| ").replace("`", "") for line in lines[start:end]]

    def says(self, words: str) -> bool:
        """Whether these words stand on the page, however its lines are broken."""
        return " ".join(words.split()) in " ".join(self.text.split())


def _of_script(block: Block) -> Iterator[Typed]:
    lines = list(enumerate(block.text.splitlines(), start=block.line))
    while lines:
        number, line = lines.pop(0)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        whole = [line]
        while whole[-1].endswith("\\") and lines:
            whole.append(lines.pop(0)[1])
        here = HERE_DOCUMENT.search(line)
        while here and lines and whole[-1] != here[1]:
            whole.append(lines.pop(0)[1])
        yield Typed(number, "\n".join(whole))


def _of_session(block: Block) -> Iterator[Typed]:
    """Each prompt begins a command; what follows up to the next is what it prints."""
    number, command, shown = block.line, "", list[str]()
    for at, line in enumerate(block.text.splitlines(), start=block.line):
        if line.startswith(PROMPT):
            if command:
                yield Typed(number, command, "\n".join(shown))
            number, command, shown = at, line.removeprefix(PROMPT), []
        else:
            shown.append(line)
    if command:
        yield Typed(number, command, "\n".join(shown))
