"""The old command `pnpm seed:new` (scripts/seed/seed-main.ts), archived: its flags are translated one to one.

Use terp-seed instead. Two things it did are not done here: it ignored flags that it did not know, and seeded for --rollback.
"""

import argparse
import shlex
import sys
from collections.abc import Sequence
from typing import NoReturn

from terp_seed.app.deprecation import deprecated
from terp_seed.cli.entry import main as terp_seed


class _Flags(argparse.ArgumentParser):
    """The old command's flags, whole words only: a typing error must not become another command."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2 and one line."""
        self.exit(2, f"Error: {message}. Expected only {', '.join(self.known())}. Nothing was done; terp-seed --help has more.\n")

    def known(self) -> list[str]:
        """Return the flags by their long names."""
        return [max(action.option_strings, key=len) for action in self._actions]


def translate(arguments: Sequence[str]) -> list[str]:
    """Return terp-seed's arguments for those of the old command. Exits with code 2 for any that it did not have."""
    flags = _Flags("seed:new", allow_abbrev=False, description="Deprecated: use terp-seed instead.")
    flags.add_argument("--dry-run", action="store_true")
    flags.add_argument("--size")
    flags.add_argument("--table")
    flags.add_argument("--clean", "-c", action="store_true")
    flags.add_argument("--force", "-f", action="store_true")
    flags.add_argument("--env")
    flags.add_argument("--rollback", action="store_true", help="terp-seed downgrade; the others are terp-seed upgrade")
    flags.add_argument("--verbose", "-v", action="store_true")
    given = vars(flags.parse_args(arguments))
    rollback = given.pop("rollback")
    for name in ("size", "clean"):
        if rollback and given[name] not in (None, False):
            flags.error(f"--rollback and --{name} do not go together: what was seeded goes, whatever its size")
    translated = ["downgrade" if rollback else "upgrade"]
    for name, value in given.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            translated.append(flag)
        elif value not in (None, False):
            translated.append(f"{flag}={value}")
    return translated


def main(arguments: Sequence[str] | None = None) -> None:
    """Run terp-seed for the old command's arguments, and exit with its code."""
    deprecated("pnpm seed:new is deprecated. Use terp-seed instead.", since="0.1.0", until="1.0.0")
    translated = translate(sys.argv[1:] if arguments is None else arguments)
    print(f"Running terp-seed {shlex.join(translated)}", file=sys.stderr)
    terp_seed(translated, prog_name="terp-seed")


if __name__ == "__main__":
    main()
