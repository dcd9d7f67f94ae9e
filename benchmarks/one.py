"""One measurement, in a process of its own: `python -m benchmarks.one PEER URL UNITS [FUNCTION]` prints the seconds that it took.

The clock starts when everything is imported, and what the peer's `prepare` does is done, and ends when the data is committed.
"""

import importlib
import sys
import time


def main() -> None:
    """Run one peer and say how long it took."""
    peer, url, units, *function = sys.argv[1:]
    module = importlib.import_module(f"benchmarks.peers.{peer}")
    seed = getattr(module, *function or ["seed"])
    if hasattr(module, "prepare"):
        module.prepare(url, int(units))
    started = time.perf_counter()
    seed(url, int(units))
    print(time.perf_counter() - started, file=sys.stderr)


if __name__ == "__main__":
    main()
