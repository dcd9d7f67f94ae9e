"""Servers: what is measured on, each with new databases that have TERP's tables and nothing in them.

The servers are the tests' own, private ones: MariaDB, and MySQL where it is on the PATH or TERP_SEED_MYSQL_TREE names its tree.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql
import pytest
from sqlalchemy.engine import make_url

from tests.servers import MariaDB, MySQL

PROJECT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent
_NAME = "terp_bench"
# What somebody would give a server that has a table of a gigabyte; every commit reaches the disk. MySQL's own 100 MB of log
# make every large transaction wait for the disk, and a rollback of two million rows three times as long.
_SIZES = ("--innodb-buffer-pool-size=1G", "--innodb-flush-log-at-trx-commit=1")
_OPTIONS = {"mariadb": (*_SIZES, "--innodb-log-file-size=1G"), "mysql": (*_SIZES, "--innodb-redo-log-capacity=1G")}


@dataclass(frozen=True)
class Server:
    """A Server is a kind of database, and the address of the one that is measured on."""

    kind: str
    url: str

    def fresh(self) -> str:
        """Make the database anew, with TERP's empty tables, and return its address."""
        if self.kind == "SQLite":
            Path(make_url(self.url).database or "").unlink(missing_ok=True)
        else:
            self._execute(f"DROP DATABASE IF EXISTS {_NAME}", f"CREATE DATABASE {_NAME} CHARACTER SET utf8mb4")
        command = [PROGRAMS / "alembic", "upgrade", "head"]
        subprocess.run(command, env=variables(self.url), cwd=PROJECT, check=True, capture_output=True)
        return self.url

    def client(self) -> list[str]:
        """Return the command of the server's own client, which reads a script from its standard input."""
        address = make_url(self.url)
        program = shutil.which("mariadb") or shutil.which("mysql") or "mysql"
        password = [f"--password={address.password}"] if address.password else []
        return [program, "--no-defaults", "-h", str(address.host), "-P", str(address.port or 3306), "-u", str(address.username),
                *password, str(address.database)]  # fmt: skip

    def version(self) -> str:
        """Return what the server says that it is."""
        if self.kind == "SQLite":
            import sqlite3

            return sqlite3.sqlite_version
        return str(self._execute("SELECT VERSION()"))

    def _execute(self, *statements: str) -> object:
        address = make_url(self.url)
        given: dict[str, Any] = {
            "host": address.host,
            "port": address.port or 3306,
            "user": address.username,
            "password": address.password or "",
        }
        with contextlib.closing(pymysql.connect(**given)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return (cursor.fetchone() or [None])[0]


def variables(url: str) -> dict[str, str]:
    """Return the environment of a process that seeds a database."""
    return {**os.environ, "DATABASE_URL": url, "TERP_ENV": "development"}


@contextlib.contextmanager
def servers() -> Iterator[list[Server]]:
    """Yield what can be measured on here: SQLite, MariaDB and MySQL, as far as they are installed."""
    with tempfile.TemporaryDirectory(prefix="terp-bench-") as folder, contextlib.ExitStack() as running:
        found = [Server("SQLite", f"sqlite:///{folder}/terp.db")]
        for kind, server in (("MariaDB", MariaDB), ("MySQL", MySQL)):
            place = Path(folder) / server.kind
            place.mkdir()
            with contextlib.suppress(RuntimeError, pytest.skip.Exception):  # it is not installed
                private = server(place, *_OPTIONS[server.kind])
                found.append(Server(kind, running.enter_context(private.running()) + _NAME))
        yield found
