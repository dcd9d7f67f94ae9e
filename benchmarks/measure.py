"""Measuring: how long a process takes, and how much memory it and its children hold at most."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks.servers import PROGRAMS, PROJECT, Server, variables

OFTEN, SELDOM = 0.05, 1.0  # seconds between looks at the memory: of a run of a second, and of one whose time counts too


@dataclass(frozen=True)
class Took:
    """A Took is what a process took: seconds, and the peak of its memory in MiB, children included and shared pages once."""

    seconds: float
    mebibytes: float = 0.0


def process(
    command: Sequence[str | Path],
    url: str,
    out: IO[Any] | int = subprocess.DEVNULL,
    given: IO[Any] | None = None,
    look_every: float | None = None,
) -> Took:
    """Run a command to its end, and look at its memory so often. Raises RuntimeError with what it said when it fails."""
    started, most = time.perf_counter(), 0.0
    with subprocess.Popen(
        command, stdin=given, stdout=out, stderr=subprocess.PIPE, env=variables(url), cwd=PROJECT, text=True
    ) as running:
        while look_every is not None and running.poll() is None:
            most = max(most, memory_of(running.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(look_every)
        running.wait()
        seconds = time.perf_counter() - started
        said = running.stderr.read() if running.stderr else ""
    if running.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed with {running.returncode}: {said[-2_000:]}")
    return Took(seconds, most)


def peer(name: str, url: str, units: int, function: str = "seed") -> Took:
    """Run a peer in a process of its own; its clock starts when everything is imported."""
    if name != "terp_seed":
        # a peer names the driver; terp_seed chooses its own
        url = url.replace("mysql://", "mysql+pymysql://").replace("postgresql://", "postgresql+psycopg://")
    command = [sys.executable, "-m", "benchmarks.one", name, url, str(units), function]
    ran = subprocess.run(command, env=variables(url), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {ran.stderr[-2_000:]}")
    return Took(float(ran.stderr.split()[-1]))


def terp_seed(*arguments: str, url: str, out: IO[Any] | int = subprocess.DEVNULL, look_every: float | None = None) -> Took:
    """Run the command line as a user does, from its start to its end."""
    return process([PROGRAMS / "terp-seed", *arguments], url, out, look_every=look_every)


def apply(script: Path, server: Server) -> Took:
    """Apply a script with the server's own client."""
    with script.open("rb") as given:
        return process(server.client(), server.url, given=given)


def memory_of(pid: int) -> float:
    """Return the memory of a process and its children in MiB, each page that they share counted once. 0 where it is gone."""
    total = 0.0
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) / 1024
    except OSError:
        return 0.0
    return total + sum(memory_of(int(child)) for child in children)
