"""The group of commands: what is typed by mistake gets a hint, and an error the same format as those of a run."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from terp_seed.cli.streams import prepare
from terp_seed.model.words import nearest

# what other tools call it
_COMMANDS = {
    "seed": "upgrade",
    "run": "upgrade",
    "rollback": "downgrade",
    "undo": "downgrade",
    "reset": "upgrade --clean",
    "clear": "downgrade",
    "truncate": "purge",
    "autogenerate": "revision --autogenerate",
}
_OPTIONS = {
    "--count": "--size xN, which is N times the small size",
    "--rows": "--size xN, which is N times the small size",
    "--clear": "--clean, which rolls back first, or the command `terp-seed downgrade`",
    "--reset": "--clean, which rolls back first",
    "--tables": "--table, with one table",
    "--yes": "--force",
    "--dryrun": "--dry-run",
    "--output-sql": "--sql",
}


class Command(click.Command):
    """A Command is one of the group's commands."""

    def make_context(self, info_name: str | None, args: list[str], *given: Any, **extra: Any) -> click.Context:
        """Parse the options."""
        with _reported(self.name or "", tuple(args)):
            return super().make_context(info_name, args, *given, **extra)


class Group(click.Group):
    """A Group is the command line."""

    command_class = Command

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command, or print its help. A full disk under the output is one line, if there is a place for that."""
        prepare()
        try:
            return super().main(*args, **extra)
        except OSError as error:
            from terp_seed.runtime.standard_output import discard

            with contextlib.suppress(OSError):
                print(f"Error: The output cannot be written: {error.strerror}.", file=sys.stderr, flush=True)
            for stream in filter(None, (sys.stdout, sys.stderr)):
                discard(stream)
            sys.exit(1)

    def make_context(self, info_name: str | None, args: list[str], *given: Any, **extra: Any) -> click.Context:
        """Parse the options before the command."""
        with _reported("", tuple(args)):
            return super().make_context(info_name, args, *given, **extra)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Look up the command."""
        with _reported(args[0], tuple(args)):
            if args[0] not in self.commands:
                name = _COMMANDS.get(args[0]) or nearest(args[0], self.commands)
                meant = f" Did you mean `terp-seed {name}`?" if name else ""
                raise click.UsageError(f"No such command {args[0]!r}: expected one of {', '.join(self.commands)}.{meant}", ctx)
            return super().resolve_command(ctx, args)


@contextlib.contextmanager
def _reported(command: str, arguments: Sequence[str]) -> Iterator[None]:
    """Give an error of usage its hint. Where the run would log, log it instead of letting click print it, and exit."""
    is_json = "--log-format=json" in arguments or "--log-format json" in " ".join(arguments)
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise  # the help is for a person, also in a pipe
    except click.UsageError as found:
        from terp_seed.cli.json_log import Log
        from terp_seed.cli.options import listener_of
        from terp_seed.errors import BadSetting

        error = found
        if isinstance(found, click.NoSuchOption) and found.option_name in _OPTIONS:
            error = click.UsageError(f"No such option {found.option_name}: use {_OPTIONS[found.option_name]}.", found.ctx)
        listener = listener_of(command, "json" if is_json else None)
        if not isinstance(listener, Log):
            raise error from None
        listener.failed(BadSetting(error.format_message()))
        listener.ended(error.exit_code)
        raise click.exceptions.Exit(error.exit_code) from error
