"""The promise: a connection that is lost at any statement of any command is told as that, and never as a fault of the rows."""

import contextlib
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from terp_seed.cli.entry import main
from tests.conftest import EVERY_SERVER_PLACE
from tests.faults.processes import Cut, forked
from tests.support import ALL_FAULTS, Database

SCHEMA = "CREATE TABLE towns (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL, folk INT NOT NULL CHECK (folk > 0))"
UPGRADE = ("upgrade", "--as-of=2026-03-01", "-f")
FEW = [("status",), ("verify", "--script={script}"), UPGRADE, ("downgrade", "-f")]
OTHERS = [
    ("verify",),
    ("upgrade", "--dry-run"),
    ("downgrade", "--dry-run"),
    ("downgrade", "--cascade", "--dry-run"),
    ("check",),
    ("revision", "--autogenerate"),
    ("purge", "-f", "--database={database}"),
]


@pytest.mark.parametrize("place", EVERY_SERVER_PLACE)
@pytest.mark.parametrize("command", [*FEW, *(OTHERS if ALL_FAULTS else ())], ids=" ".join)
def test_connection_lost_at_a_statement(
    new_terp: Callable[[str], Database], place: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    terp, dice = new_terp(place), random.Random(f"{place} {command}")
    terp.execute(SCHEMA)
    script = tmp_path / "script.sql"
    script.write_text(terp.seed("-x", "as_of=2026-03-01", "upgrade", "head", "--sql").out)
    words = [word.format(script=script, database=make_url(terp.url).database) for word in command]
    folder = tmp_path / "own"
    folder.mkdir()
    code, said = _run(terp, ["init", "--empty"], folder)
    assert code == 0, said
    where = folder if command[0] == "revision" else None

    def run() -> tuple[int, str]:
        return _run(terp, words, where)

    def ready() -> None:
        if "upgrade" not in command and not terp.versions():
            assert _run(terp, UPGRADE)[0] == 0

    ready()
    whole = forked(run)
    assert whole.code == 0, whole.said
    last = len(whole.statements) - 1
    for number in sorted(dice.sample(range(last + 1), min(last, 15 if ALL_FAULTS else 1))):
        if command == UPGRADE:
            assert _run(terp, ("downgrade", "-f"))[0] == 0
        ready()
        ended = forked(run, Cut(number))
        told = (number, whole.statements[number], ended.said)
        assert ended.code in (0, 1), told  # what is optional may be left out
        assert ended.said.count("Error: ") == ended.code, told
        assert not ended.code or "onnection" in ended.said or "server" in ended.said, told


def _run(terp: Database, words: Sequence[str], folder: Path | None = None) -> tuple[int, str]:
    """Run a command, in TERP's project or in another folder."""
    if folder is None:
        result = terp.cli(*words)
        return result.exit_code, result.output
    with terp.environment({}), contextlib.chdir(folder):
        result = CliRunner().invoke(main, list(words), catch_exceptions=False)
    return result.exit_code, result.output
