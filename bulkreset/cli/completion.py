"""bulkreset completion SHELL."""

from __future__ import annotations

import click

PLACES = {
    "bash": "bulkreset completion bash > ~/.local/share/bash-completion/completions/bulkreset",
    "zsh": 'bulkreset completion zsh > "${fpath[1]}/_bulkreset"',
    "fish": "bulkreset completion fish > ~/.config/fish/completions/bulkreset.fish",
}
"""How each shell finds the script by itself in the next session."""

VARIABLE = "_BULKRESET_COMPLETE"
"""What the scripts ask the command by, and click looks for."""

TAKEN = "COMPREPLY+=($value)"
TAKEN_QUOTED = '[[ -f $value ]] && compopt -o filenames 2>/dev/null; COMPREPLY+=("$value")'
"""bash quotes a name with a blank if it is told that it is a file's. The other shells see to that."""


@click.command
@click.argument("shell", type=click.Choice(tuple(PLACES)))
def command(shell: str) -> None:
    """Print the script by which a shell completes commands, options, formats and names of files.

    \b
    bash: bulkreset completion bash > ~/.local/share/bash-completion/completions/bulkreset
    zsh:  bulkreset completion zsh > "${fpath[1]}/_bulkreset"
    fish: bulkreset completion fish > ~/.config/fish/completions/bulkreset.fish

    Each takes effect in the next session of the shell.
    """
    from click.shell_completion import get_completion_class

    from bulkreset.cli.main import cli
    from bulkreset.cli.say import say

    made = get_completion_class(shell)
    if made is not None:
        say(made(cli, {}, "bulkreset", VARIABLE).source().rstrip().replace(TAKEN, TAKEN_QUOTED))
        say(f"# {PLACES[shell]}")
