"""SQLite's lock belongs to the database's file, follows no symbolic link, and leaves nothing behind."""

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from terp_seed.backends import connection as connections
from terp_seed.backends import lock
from terp_seed.errors import LockHeld, Refused
from tests.support import NAMES, Database


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "a.db"
    path.parent.mkdir()
    sqlite3.connect(path).execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    return path


@contextmanager
def held(address: str) -> Iterator[sa.Connection]:
    with connections.opened(address, writes=True) as connection, lock.held(connection, NAMES):
        yield connection


def spellings(database: Path, folder: Path) -> list[str]:
    """Return other addresses of the same file."""
    (folder / "link.db").symlink_to(database)
    (folder / "linked").symlink_to(database.parent)
    return [
        f"sqlite:///{folder}/link.db",
        f"sqlite:///{folder}/linked/a.db",
        f"sqlite:///{os.path.relpath(database)}",
        f"sqlite:///{database.parent}/../folder/./a.db",
        f"sqlite:///file:{database}?uri=true",
        f"sqlite:///file:{folder}/link.db?mode=rw&uri=true",
    ]


def test_lock_is_of_the_file_however_spelled(database: Path, tmp_path: Path) -> None:
    for address in spellings(database, tmp_path):
        with held(f"sqlite:///{database}"), pytest.raises(LockHeld, match=f"process {os.getpid()}"), held(address):
            pass
        with held(address), connections.opened(f"sqlite:///{database}") as other:
            assert lock.holder(other, NAMES)
            assert sorted(path.name for path in database.parent.iterdir()) == ["a.db", f"a.db.{NAMES.lock}"]


def test_second_run_is_refused_during_a_large_transaction(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.touch()
    terp = Database(f"sqlite:///{path}", "sqlite").with_tables()
    with held(terp.url) as connection:
        connection.exec_driver_sql("SELECT 1")
        connection.rollback()
        with sqlite3.connect(path) as other:  # as SQLite does where a transaction exceeds its cache
            other.execute("BEGIN EXCLUSIVE")
            for command in ("upgrade", "downgrade"):
                result = terp.cli(command, "--force")
                assert (result.exit_code, f"in progress (process {os.getpid()}" in result.stderr) == (3, True), result.stderr


def test_lock_file_is_the_owners_and_temporary(database: Path) -> None:
    old = Path(f"{database}.{NAMES.lock}")
    old.touch(mode=0o666)
    before = os.umask(0)
    try:
        with held(f"sqlite:///{database}"):
            assert stat.S_IMODE(old.stat().st_mode) == 0o600
    finally:
        os.umask(before)
    assert list(database.parent.iterdir()) == [database]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has sockets without a file")
def test_deleted_lock_file_lets_nobody_in(database: Path) -> None:
    address = f"sqlite:///{database}"
    with held(address):
        Path(f"{database}.{NAMES.lock}").unlink()
        with connections.opened(address) as other:
            found = lock.holder(other, NAMES)
            assert found is not None
            assert found.connection == os.getpid()
        with pytest.raises(LockHeld, match="is in progress"), held(address):
            pass
    with held(address):
        pass


def test_links_in_place_of_lock_file_are_refused(database: Path, tmp_path: Path) -> None:
    own, victim = Path(f"{database}.{NAMES.lock}"), tmp_path / "victim"
    victim.write_text("precious")
    for plant in (own.symlink_to, own.hardlink_to, lambda _: os.mkfifo(own), lambda _: own.mkdir()):
        plant(victim)
        with pytest.raises(Refused, match=r"cannot be used: .* Delete it"), held(f"sqlite:///{database}"):
            pass
        with connections.opened(f"sqlite:///{database}") as other:
            assert lock.holder(other, NAMES) is None
        own.rmdir() if own.is_dir() and not own.is_symlink() else own.unlink()
    assert victim.read_text() == "precious"
    assert stat.S_IMODE(victim.stat().st_mode) != 0o600


def test_file_with_several_names_is_refused(database: Path, tmp_path: Path) -> None:
    (tmp_path / "b.db").hardlink_to(database)
    for name in (database, tmp_path / "b.db"):
        with pytest.raises(Refused, match=r"has 2 names \(hard links\): expected one"), held(f"sqlite:///{name}"):
            pass


def test_lock_leaves_sqlites_own_locks_alone(database: Path) -> None:
    address = f"sqlite:///{database}"
    with connections.opened(address, writes=True) as first, ExitStack() as stack:
        first.exec_driver_sql("INSERT INTO t VALUES (1)")
        stack.enter_context(lock.held(first, NAMES))
        lock.holder(first, NAMES)
        other = sqlite3.connect(database, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO t VALUES (2)")


@pytest.mark.parametrize(
    "written", [b"", b"{", b"[]", b'{"connection": 1, "evil": "x"}', b'{"connection": "\\u001b[2J"}', b"\xff"]
)
def test_strange_lock_file_is_no_traceback(database: Path, written: bytes) -> None:
    address = f"sqlite:///{database}"
    with held(address), connections.opened(address) as other:
        Path(f"{database}.{NAMES.lock}").write_bytes(written)
        assert "process 0" in str(lock.holder(other, NAMES))
