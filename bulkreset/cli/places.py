"""Files on the command line, and where an object of S3 may stand for one."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem

from bulkreset.cli.file_names import FileNamed

ON_S3 = "s3://"


class LocalFile(FileNamed):
    """A file on this machine. `advice` says what to do with one that is in S3."""

    def __init__(self, *suffixes: str, advice: str = "copy it here with `aws s3 cp`") -> None:
        super().__init__(*suffixes)
        self._advice = advice

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        if str(value).lower().startswith(ON_S3):
            told = f"{value} is in S3, and this has to be a file on this machine"
            self.fail(f"{told}; {self._advice}", param, ctx)
        return super().convert(value, param, ctx)


class PlaceName(click.ParamType[Any]):
    """A file on this machine, or an object in S3."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        from bulkreset.errors import InputError
        from bulkreset.places import place_of

        if not isinstance(value, str):
            return value
        try:
            return place_of(value)
        except InputError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        return click.Path().shell_complete(ctx, param, incomplete)


RUN_FILE = LocalFile(
    ".run", advice="a run file is a database and needs a disk: copy it here, or there once it has ended"
)
LOCAL_FILE = LocalFile()
PLACE = PlaceName()
