"""Rounds: each pair of runs in turn, so that what the machine does meanwhile happens to both."""

import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from benchmarks import measure
from benchmarks.goals import Goal
from benchmarks.servers import Server
from benchmarks.sizes import Sizes

OTHERS = ("faker_bulk_insert", "mimesis_core", "factory_boy")
BOUNDS = {"PostgreSQL": ("copy_rows",)}  # peers that make no rows, by the server that they are for
FORCE = "--force"


class Rounds:
    """Rounds are measured one after the other; each adds what it found to the goals, and its seconds to the record."""

    def __init__(self, goals: dict[str, Goal], sizes: Sizes, say: Callable[[str], None]) -> None:
        self._goals, self._sizes, self._say = goals, sizes, say
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def peers(self, server: Server, rounds: int, others: tuple[str, ...] = OTHERS) -> None:
        """Measure terp_seed, Faker with the ORM, and the other peers."""
        units = self._sizes.small
        for _ in range(rounds):
            took = {}
            for peer in (*BOUNDS.get(server.kind, ()), "faker_orm", *others, "terp_seed"):
                took[peer] = self._note(f"{peer} on {server.kind} x{units}", measure.peer(peer, server.fresh(), units).seconds)
            self._found("orm", server.kind, took["faker_orm"] / took["terp_seed"])
            self._found("best", server.kind, min(took[peer] for peer in others) / took["terp_seed"])

    def limit(self, server: Server, rounds: int) -> None:
        """Measure the server's own client with a script, and the online run that writes the same; once also the way back."""
        few, many = self._sizes.small, self._sizes.large
        size = f"x{many}"
        server.fresh()
        small = measure.terp_seed("upgrade", FORCE, f"--size=x{few}", url=server.url, look_every=measure.OFTEN)
        small_seconds = measure.peer("terp_seed", server.fresh(), few).seconds
        with tempfile.TemporaryDirectory(prefix="terp-bench-") as folder:
            script = Path(folder) / "script.sql"
            with script.open("w") as out:
                measure.terp_seed("upgrade", "--sql", f"--size={size}", url=server.url, out=out)
            for number in range(rounds):
                server.fresh()
                applied = self._note(f"script on {server.kind} {size}", measure.apply(script, server).seconds)
                server.fresh()
                online = measure.terp_seed("upgrade", FORCE, f"--size={size}", url=server.url, look_every=measure.SELDOM)
                self._note(f"online on {server.kind} {size}", online.seconds)
                self._found("limit", server.kind, online.seconds / applied)
                self._found("memory-online", server.kind, online.mebibytes)
                self._found("memory-online-growth", server.kind, online.mebibytes / small.mebibytes)
                self._found("growth-online", server.kind, (many / online.seconds) / (few / small_seconds))
                if number == 0:
                    back = measure.terp_seed("downgrade", FORCE, url=server.url)
                    self._note(f"downgrade on {server.kind} {size}", back.seconds)
                    self._found("downgrade", server.kind, back.seconds / online.seconds)

    def offline(self, server: Server, rounds: int) -> None:
        """Measure how fast a script is written, and how fast the server applies it."""
        size = f"x{self._sizes.large}"
        with tempfile.TemporaryDirectory(prefix="terp-bench-") as folder:
            script = Path(folder) / "script.sql"
            for _ in range(rounds):
                with script.open("w") as out:
                    took = measure.terp_seed("upgrade", "--sql", f"--size={size}", url=server.url, out=out)
                self._note(f"script written {size}", took.seconds)
                server.fresh()
                applied = self._note(f"script on {server.kind} {size}", measure.apply(script, server).seconds)
                self._found("offline", server.kind, applied / took.seconds)

    def growth(self, url: str, rounds: int) -> None:
        """Measure generation alone, its clock started after the imports."""
        small, large = self._sizes.small, self._sizes.large
        for _ in range(rounds):
            seconds = {units: measure.peer("terp_seed", url, units, "seed_script").seconds for units in (small, large)}
            self._note(f"generation x{large}", seconds[large])
            self._note(f"generation x{small}", seconds[small])
            self._found("growth", "none", (large / seconds[large]) / (small / seconds[small]))

    def memory(self, url: str) -> None:
        """Measure the memory of a script of each size, written to nowhere."""
        small, large = self._sizes.small, self._sizes.larger
        most = {
            units: measure.terp_seed("upgrade", "--sql", f"--size=x{units}", url=url, look_every=look_every)
            for units, look_every in ((small, measure.OFTEN), (large, measure.SELDOM))
        }
        self._note(f"script to nowhere x{large}", most[large].seconds)
        self._found("memory", "none", most[large].mebibytes)
        self._found("memory-growth", "none", most[large].mebibytes / most[small].mebibytes)

    def small(self, server: Server, rounds: int) -> None:
        """Measure the smallest run as a whole process, against the imports that every Alembic command needs."""
        imports = [sys.executable, "-c", "import alembic.command, sqlalchemy"]
        for _ in range(rounds):
            bare = self._note("importing Alembic and SQLAlchemy", measure.process(imports, server.fresh()).seconds)
            took = self._note("terp-seed upgrade at small", measure.terp_seed("upgrade", FORCE, url=server.url).seconds)
            self._found("small", server.kind, took / bare)

    def _note(self, what: str, seconds: float) -> float:
        self.seconds[what].append(round(seconds, 3))
        self._say(f"{what}: {seconds:.2f} s")
        return seconds

    def _found(self, key: str, server: str, figure: float) -> None:
        self._goals[f"{key} {server}"].found.append(round(figure, 3))


def compile_everything() -> None:
    """Let every module be compiled before the first measurement: only the first run on a machine waits for that."""
    subprocess.run([sys.executable, "-c", "import benchmarks.peers.factory_boy, benchmarks.peers.mimesis_core"], check=True)
