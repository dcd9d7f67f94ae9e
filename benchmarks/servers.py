"""Servers: what is measured on, each with new databases that have TERP's tables and nothing in them.

The servers are the tests' own, private ones: MariaDB, PostgreSQL, and MySQL where it is on the PATH or TERP_SEED_MYSQL_TREE names
its tree.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url

from tests import servers as private

PROJECT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent
_NAME = "terp_bench"
# What somebody would give a server that has a table of a gigabyte; every commit reaches the disk. MySQL's own 100 MB of log
# make every large transaction wait for the disk, and a rollback of two million rows three times as long; so does PostgreSQL's
# own 1 GB, at which it writes a checkpoint.
_SIZES = ("--innodb-buffer-pool-size=1G", "--innodb-flush-log-at-trx-commit=1")
_DURABLE = ("--fsync=on", "--full-page-writes=on")


@dataclass(frozen=True)
class Server(ABC):
    """A Server is a kind of database, and the address of the one that is measured on."""

    kind: str
    url: str

    def fresh(self) -> str:
        """Make the database anew, with TERP's empty tables, and return its address."""
        self.recreate()
        command: list[str | Path] = [PROGRAMS / "alembic", "upgrade", "head"]
        subprocess.run(command, env=variables(self.url), cwd=PROJECT, check=True, capture_output=True)
        return self.url

    @abstractmethod
    def recreate(self) -> None:
        """Drop the database and create an empty one."""

    @abstractmethod
    def client(self) -> list[str]:
        """Return the command of the server's own client, which reads a script from its standard input."""

    @abstractmethod
    def version(self) -> str:
        """Return what the server says that it is."""


class SQLiteFile(Server):
    """A SQLiteFile is a database in a file."""

    def recreate(self) -> None:
        """Delete the file."""
        Path(make_url(self.url).database or "").unlink(missing_ok=True)

    def client(self) -> list[str]:
        """Return its shell."""
        return ["sqlite3", "-bail", str(make_url(self.url).database)]

    def version(self) -> str:
        """Return the library's version."""
        return sqlite3.sqlite_version


class MySQLServer(Server):
    """A MySQLServer is a MySQL or a MariaDB."""

    def recreate(self) -> None:
        """Drop and create it."""
        self._execute(f"DROP DATABASE IF EXISTS {_NAME}", f"CREATE DATABASE {_NAME} CHARACTER SET utf8mb4")

    def client(self) -> list[str]:
        """Return MariaDB's client, or MySQL's."""
        address = make_url(self.url)
        program = shutil.which("mariadb") or shutil.which("mysql") or "mysql"
        password = [f"--password={address.password}"] if address.password else []
        return [program, "--no-defaults", "-h", str(address.host), "-P", str(address.port or 3306), "-u", str(address.username),
                *password, str(address.database)]  # fmt: skip

    def version(self) -> str:
        """Ask the server."""
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


class PostgreSQLServer(Server):
    """A PostgreSQLServer is a PostgreSQL."""

    def recreate(self) -> None:
        """Drop and create it."""
        self._execute(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)")
        self._execute(f"CREATE DATABASE {_NAME}")

    def client(self) -> list[str]:
        """Return psql, as a script's heading has it."""
        return [shutil.which("psql") or "psql", "--no-psqlrc", "--quiet", "--file=-", self.url]

    def version(self) -> str:
        """Ask the server."""
        return self._execute("SHOW server_version").split()[0]

    def _execute(self, statement: str) -> str:
        address = make_url(self.url).set(database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return str((cursor.fetchone() or [""])[0]) if cursor.description else ""


# by the names of --engines; the options are the private server's
_PRIVATE: dict[str, tuple[str, type[Server], type[private.Server], tuple[str, ...]]] = {
    "mariadb": ("MariaDB", MySQLServer, private.MariaDB, (*_SIZES, "--innodb-log-file-size=1G")),
    "mysql": ("MySQL", MySQLServer, private.MySQL, (*_SIZES, "--innodb-redo-log-capacity=1G")),
    "postgresql": ("PostgreSQL", PostgreSQLServer, private.PostgreSQL, (*_DURABLE, "--shared-buffers=1GB", "--max-wal-size=4GB")),
}
ENGINES = ("sqlite", *_PRIVATE)
_INSTALL = {
    "mariadb": "apt-get install mariadb-server",
    "mysql": "name its tree in TERP_SEED_MYSQL_TREE",
    "postgresql": "apt-get install postgresql",
}


def variables(url: str) -> dict[str, str]:
    """Return the environment of a process that seeds a database."""
    return {**os.environ, "DATABASE_URL": url, "TERP_ENV": "development"}


@contextlib.contextmanager
def servers(engines: Iterable[str]) -> Iterator[tuple[dict[str, Server], list[str]]]:
    """Yield those of the engines that are installed here, by their names, and a sentence for each of the others."""
    found: dict[str, Server] = {}
    missing: list[str] = []
    with tempfile.TemporaryDirectory(prefix="terp-bench-") as folder, contextlib.ExitStack() as running:
        for engine in engines:
            if engine == "sqlite":
                found[engine] = SQLiteFile("SQLite", f"sqlite:///{folder}/terp.db")
                continue
            kind, server, start, options = _PRIVATE[engine]
            place = Path(folder) / engine
            place.mkdir()
            try:
                found[engine] = server(kind, running.enter_context(start(place, *options).running()) + _NAME)
            except (RuntimeError, pytest.skip.Exception):
                missing.append(f"{kind} is not measured: {_INSTALL[engine]}")
        yield found, missing
