"""The promise: a full disk under the output, or no disk for the unit cache, is one sentence at most and never a traceback."""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from terp_seed.model.unit_cache import UnitCache
from tests.support import AS_TO_A_PERSON, PROJECT, Database

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
TERP_SEED, ALEMBIC = (
    "from terp_seed.cli.entry import main; main(prog_name='terp-seed')",
    "from alembic.config import main; main()",
)
COMMANDS = (
    (TERP_SEED, "--help"),
    (TERP_SEED, "upgrade", "--help"),
    (TERP_SEED, "--version"),
    (TERP_SEED, "status"),
    (TERP_SEED, "verify", "--json"),
    (TERP_SEED, "upgrade", "--sql"),
    (TERP_SEED, "upgrade", "--dry-run"),
    (TERP_SEED, "review", "-o-"),
    (TERP_SEED, "review", "-o/dev/stdout"),
    (ALEMBIC, "-n", "seed", "upgrade", "head", "--sql"),
)


def run(database: Database, *arguments: str, error: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """Run a command whose standard output is full."""
    source, *rest = arguments
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": database.url, "PYTHONPATH": str(PROJECT), **AS_TO_A_PERSON}
    with FULL.open("w") as out:
        command = [sys.executable, "-c", source, *rest]
        return subprocess.run(command, cwd=PROJECT, env=environment, stdout=out, stderr=error, text=True, check=False)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: " ".join(arguments[1:]))
def test_full_standard_output_is_one_line(sqlite_terp: Database, arguments: tuple[str, ...]) -> None:
    ran = run(sqlite_terp, *arguments)
    assert ran.returncode != 0
    assert "cannot be written: No space left on device" in ran.stderr
    assert ran.stderr.count("\n") == 1, ran.stderr


def test_full_standard_error_changes_the_code_only(sqlite_terp: Database) -> None:
    with FULL.open("w") as full:
        assert run(sqlite_terp, TERP_SEED, "status", error=full.fileno()).returncode == 1


def test_unit_cache_without_disk_computes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    cache = UnitCache(3)
    assert cache.get("a", 1, lambda: b"first") == cache.get("a", 1, lambda: b"other") == b"first"
    for broken in (full, lambda *_: 1):
        with monkeypatch.context() as patch:
            cache = UnitCache(3)
            patch.setattr(os, "pwrite", broken)
            assert [cache.get("a", 2, lambda: b"figures"), cache.get("a", 2, lambda: b"again")] == [b"figures", b"again"]
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "TemporaryFile", full)
        cache = UnitCache(3)
    assert [cache.get("a", 2, lambda: b"figures"), cache.get("a", 2, lambda: b"again")] == [b"figures", b"again"]


def test_unit_cache_has_no_name_and_is_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = os.umask(0)
    try:
        cache = UnitCache(1)
    finally:
        os.umask(before)
    assert list(tmp_path.iterdir()) == []
    found = os.fstat(cache._number)
    assert (found.st_nlink, found.st_mode & 0o777) == (0, 0o600)
