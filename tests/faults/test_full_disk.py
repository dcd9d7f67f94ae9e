"""The promise: without room on the disk a run stops with one clear line, and the same command finishes once there is some."""

import contextlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import rows_of_users, servers
from tests.faults.picture import Picture
from tests.faults.processes import Command, commands
from tests.support import Database

UNITS, SIZE = 10, "x10"
ROOM = 1 << 20  # bytes: less than the rows need
FULL = re.compile(r"is full.*free some space", re.DOTALL)
# small files where the servers may choose, so that a small disk is enough
OPTIONS = {
    "mariadb": ["--innodb-log-file-size=8M"],
    "mysql": ["--innodb-redo-log-capacity=8M"],
    "postgresql": ["--min-wal-size=32MB", "--max-wal-size=32MB"],
}


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Return a folder on a disk of its own, in memory, to which a server's own user may go."""
    folder = Path(tempfile.mkdtemp(prefix="terp-seed-disk-"))
    folder.chmod(0o755)
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        servers.unavailable(f"A small disk cannot be mounted here ({mounted.stderr.strip()}): a full one was not tested")
    yield disk
    subprocess.run(["umount", disk], check=True)
    shutil.rmtree(folder)


@contextlib.contextmanager
def _full(disk: Path, left: int) -> Iterator[None]:
    """Fill a disk for the length of a block, but for so many bytes."""
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        with contextlib.suppress(OSError):
            while True:
                ballast.write(bytes(1 << 16))
        ballast.truncate(ballast.tell() - left)
    yield
    (disk / "ballast").unlink()


def _refused(terp: Database, way: Command) -> str:
    code, said = way.run("upgrade", terp)
    assert code != 0
    assert said.count("Error: ") + said.count("FAILED: ") == 1, said
    return said


def test_a_full_disk_under_sqlite(small_disk: Path) -> None:
    terp = Database(f"sqlite:///{small_disk}/terp.db", "sqlite").with_tables()
    rows_of_users.add(terp, "mine")
    before = Picture.of(terp)
    with _full(small_disk, left=ROOM):
        for way in commands(SIZE):
            assert FULL.search(_refused(terp, way))
    _finish(terp, before)


@pytest.mark.parametrize("kind", servers.KINDS)
def test_a_full_disk_under_a_server(kind: str, small_disk: Path) -> None:
    server = servers.KINDS[kind](small_disk, *OPTIONS[kind])
    with server.running() as url:
        terp = Database.create(url, kind).with_tables()
        rows_of_users.add(terp, "mine")
        before = Picture.of(terp)
        with _full(small_disk, left=ROOM):
            for way in commands(SIZE):
                said = _refused(terp, way)
                if server.dead:  # MariaDB may choose to end itself
                    assert "connection was lost" in said
                    break
                assert FULL.search(said), said
        if server.dead:
            server.start()
        _finish(terp, before)


def _finish(terp: Database, before: Picture) -> None:
    """Nothing is half done, and the same commands finish when there is room."""
    Picture.of(terp).assert_whole(before, UNITS)
    for way in commands(SIZE):
        code, said = way.run("upgrade", terp)
        assert code == 0, said
        assert terp.cli("verify").exit_code == 0
        code, said = way.run("downgrade", terp)
        assert code == 0, said
        assert Picture.of(terp) == before
