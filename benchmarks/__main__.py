"""`python -m benchmarks`: measure everything, or with --quick a part in about a minute, and say what was found."""

import argparse
import sys
import time

from benchmarks import report
from benchmarks.goals import goals
from benchmarks.rounds import Rounds, compile_everything
from benchmarks.servers import ENGINES, servers
from benchmarks.sizes import LARGE, QUICK, Sizes


def main() -> int:
    """Measure, print the table, and write the results. Returns 1 where a quick look finds a collapse."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="One round of small sizes; fails only below half of a goal.")
    options.add_argument("--rounds", type=int, default=5, help="Rounds of every pair. Default: 5.")
    options.add_argument("--large-rounds", type=int, default=5, help="Rounds of the pairs at the large size. Default: 5.")
    options.add_argument("--large", type=int, default=LARGE, help=f"Units of that size, for a shorter look. Default: {LARGE}.")
    every_engine = ",".join(ENGINES)
    options.add_argument(
        "--engines", default=every_engine, help=f"Only these, with commas between them. Default: {every_engine}."
    )
    given = options.parse_args()
    engines = given.engines.split(",")
    if unknown := [name for name in engines if name not in ENGINES]:
        options.error(f"unknown engine {unknown[0]!r}: expected some of {every_engine}")
    sizes = QUICK if given.quick else Sizes.from_large(given.large)
    started, every = time.monotonic(), goals(sizes)

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:5.0f} s] {text}", file=sys.stderr, flush=True)

    rounds = Rounds(every, sizes, say)
    compile_everything()
    with servers(engines) as (found, missing):
        for sentence in missing:
            say(sentence)
        sqlite, mariadb, postgresql = (found.get(name) for name in ("sqlite", "mariadb", "postgresql"))
        if sqlite:
            rounds.small(sqlite, given.rounds if not given.quick else 3)
        if given.quick:
            if sqlite:
                rounds.peers(sqlite, 1, others=("mimesis_core",))  # the best of the three
                rounds.growth(sqlite.url, 1)
                rounds.memory(sqlite.url)
            if mariadb:
                rounds.limit(mariadb, 1)
                rounds.offline(mariadb, 1)
            if postgresql:
                rounds.limit(postgresql, 1)
        else:
            for server in found.values():
                rounds.peers(server, given.rounds)
            for name, server in found.items():
                if name != "sqlite":
                    rounds.limit(server, given.large_rounds)
            if mariadb:
                rounds.offline(mariadb, given.rounds)
            if sqlite:
                rounds.growth(sqlite.url, given.rounds)
                rounds.memory(sqlite.url)
        versions = {server.kind: server.version() for server in found.values()}
    measured = [goal for goal in every.values() if goal.found]
    print(report.table(measured))
    if given.quick:
        collapsed = [goal for goal in measured if goal.has_collapsed]
        for goal in collapsed:
            print(f"Collapsed: {goal.what} ({goal.server}): {goal.figure:.2f}, expected {goal.sense} {goal.bound}.")
        return 1 if collapsed else 0
    if given.engines != every_engine:
        print(f"\n{report.rates(rounds.seconds)}")  # the page is of every engine
        return 0
    report.write(measured, rounds.seconds, versions)
    say("benchmarks/results.json, docs/performance.md and docs/performance.svg are written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
