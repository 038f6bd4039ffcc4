"""bulkreset init [FOLDER]."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.places import LOCAL_FILE
from bulkreset.cli.say import say
from bulkreset.errors import InputError
from bulkreset.shell import quoted


@click.command
@click.argument("folder", type=LOCAL_FILE, default=".")
def command(folder: Path) -> None:
    """Write a job and an environment to start from into FOLDER. Nothing is overwritten."""
    from bulkreset.goals.registry import policy_keys
    from bulkreset.settings.templates import starter_files

    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder, which need not exist yet")
    files = {folder / name: text for name, text in starter_files(policy_keys()).items()}
    standing = [str(path) for path in files if path.exists()]
    if standing:
        raise InputError(f"{', '.join(standing)} exist already; name an empty folder")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        say(f"wrote {path}")
    say("\nnext: write your pool id into environment.yaml and your users into users.csv, then")
    say(f"  bulkreset plan {quoted(folder / 'job.yaml')} --out first.run")
