"""The old command `pnpm seed` (scripts/seed-realistic-main.ts), archived: two of its scenarios have a successor, two have none.

Use terp-seed instead. The old command emptied thirteen tables without a question; here only seeded rows go, after one.
"""

import argparse
import shlex
import sys
from collections.abc import Sequence
from typing import NoReturn

from terp_seed.app.deprecation import deprecated
from terp_seed.cli.entry import main as terp_seed

SIZES = {"light": "small", "full": "large"}  # 50 orders for 50, and 5,000 for about 4,400
REFUSED = {
    "edgeCases": "all clients large and 80 % of invoices overdue; write a revision with such rows (op.seed with rows=)",
    "chaos": "random anomalies that nobody could have again; damage a test database in the test that needs it",
}


class _Usage(argparse.ArgumentParser):
    """The old command's usage; what does not fit it is one line and exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2 and one line."""
        self.exit(2, f"Error: {message}. Expected {', '.join(SIZES)} and at most --force. Nothing was done.\n")


def translate(arguments: Sequence[str]) -> list[str]:
    """Return terp-seed's arguments for a scenario. Exits with code 2 for one that is refused or unknown."""
    usage = _Usage("seed", allow_abbrev=False, description="Deprecated: use terp-seed instead.")
    usage.add_argument("scenario", nargs="?", default="full", help=f"{', '.join((*SIZES, *REFUSED))}; without one: full")
    usage.add_argument("--force", "-f", action="store_true", help="do not ask; the old command never did")
    given = usage.parse_args(arguments)
    if given.scenario in REFUSED:
        usage.error(f"scenario {given.scenario} has no successor: {REFUSED[given.scenario]}")
    if given.scenario not in SIZES:
        usage.error(f"scenario {given.scenario!r} is not known")
    return ["upgrade", "--clean", f"--size={SIZES[given.scenario]}", *(["--force"] if given.force else [])]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run terp-seed for a scenario, and exit with its code."""
    deprecated("pnpm seed is deprecated. Use terp-seed instead.", since="0.1.0", until="1.0.0")
    translated = translate(sys.argv[1:] if arguments is None else arguments)
    print(f"Running terp-seed {shlex.join(translated)}", file=sys.stderr)
    terp_seed(translated, prog_name="terp-seed")


if __name__ == "__main__":
    main()
