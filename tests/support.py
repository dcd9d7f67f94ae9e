"""A test's view of a database: commands run on it as a user would, and what is in it afterwards."""

import contextlib
import hashlib
import io
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa
from alembic.config import CommandLine, Config
from click.testing import CliRunner, Result
from sqlalchemy.engine import make_url

from terp_seed import terp
from terp_seed.backends import connection as database
from terp_seed.backends.postgresql.dialect import PostgreSQL
from terp_seed.cli.entry import main
from terp_seed.terp.schema import METADATA
from tests import programs, servers

PROJECT = Path(__file__).parent.parent
SEVEN = ("vendors", "clients", "products", "batches", "orders", "invoices", "payments")
SMALL = dict(zip(SEVEN, (5, 10, 20, 30, 50, 50, 30), strict=True))
CATALOG = terp.PROJECT.catalog
NAMES = CATALOG.names
VARIABLES = ("TERP_ENV", "NODE_ENV", "DATABASE_URL", "DATABASE_CA_CERT", "SKIP_SEEDING", "TERP_LOG_FORMAT")
# a test is no terminal, and yet reads what a person would
AS_TO_A_PERSON = {"TERP_LOG_FORMAT": "console"}
# every fault at every point, as `make test-faults` wants it, and not a few of each; what does more then is marked `exhaustive`
ALL_FAULTS = bool(os.environ.get("TERP_SEED_ALL_FAULTS"))
# names in mixed case that a test's SQL may have without quotes
_NAMES = {name for table in METADATA.tables.values() for name in (table.name, *table.columns.keys())} | {"orderId"}
_numbers = itertools.count(1)
_SQLITE: list[bytes] = []  # a database with the tables


@dataclass
class Ran:
    """A finished command: its exit code, what it printed, and what it said on standard error."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Database:
    """A Database is one real, private database of a test."""

    url: str
    kind: str  # sqlite, mariadb, mysql or postgresql

    @classmethod
    def create(cls, server: str, kind: str, prefix: str = "terp_test", template: str = "template0") -> "Database":
        """Create a database, with a name of its own, on a server: an empty one, or on PostgreSQL a copy of another."""
        name = f"{prefix}_{os.getpid()}_{next(_numbers)}"
        options = f"TEMPLATE {template}" if kind == "postgresql" else "CHARACTER SET utf8mb4"
        cls(server, kind).execute(f"CREATE DATABASE {name} {options}")
        return cls(f"{server.rstrip('/')}/{name}", kind)

    @property
    def server(self) -> "Database":
        """The server that it is on."""
        return Database(make_url(self.url).set(database="").render_as_string(hide_password=False), self.kind)

    @property
    def name(self) -> str:
        """The database's own name."""
        return str(make_url(self.url).database)

    def drop(self) -> None:
        """Drop the database."""
        self.server.execute(f"DROP DATABASE {self.name}{' WITH (FORCE)' if self.kind == 'postgresql' else ''}")

    def with_tables(self) -> "Database":
        """Create those of TERP's tables that are seeded, and return the database."""
        if self.kind == "sqlite" and _SQLITE:  # made once, by a migration too
            Path(self.name).write_bytes(_SQLITE[0])
            return self
        ran = self.alembic("upgrade", "head")
        assert ran.code == 0, ran
        if self.kind == "sqlite":
            _SQLITE.append(Path(self.name).read_bytes())
        return self

    def with_every_table(self) -> "Database":
        """Create all of TERP's 233 tables on a server, and return the database."""
        build = PROJECT.parent / "shared" / "terp-full" / "build.py"
        if not build.exists():
            servers.unavailable("TERP's full schema is not beside the checkout: nothing was tested on it")
        url = make_url(self.url)
        command = [sys.executable, build, str(url.host), str(url.port), self.name]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.stdout.endswith("233 tables, 407 foreign keys\n"), ran.stderr
        return self

    @contextlib.contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """Open a connection of the test's own."""
        url = make_url(self.url)
        if url.host and not url.database:  # the server itself
            url = url.set(database="postgres" if self.kind == "postgresql" else "information_schema")
        text = url.render_as_string(hide_password=False)
        with contextlib.closing(database.connect(text, writes=self.kind == "sqlite")) as connection:
            yield connection

    def spelled(self, statement: str) -> str:
        """Return a statement as its engine reads it: PostgreSQL takes a name without quotes in lower case."""
        return PostgreSQL(NAMES).named(statement, _NAMES) if self.kind == "postgresql" else statement

    def execute(self, *statements: str) -> None:
        """Run statements and commit them."""
        with self.connection() as connection:
            if self.kind == "postgresql" and any(
                " DATABASE " in statement for statement in statements[:1]
            ):  # is not for a transaction
                connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in statements:
                connection.execution_options(no_parameters=True).exec_driver_sql(self.spelled(statement))
            connection.commit()

    def scalar(self, statement: str) -> Any:
        """Return the first value of a SELECT."""
        with self.connection() as connection:
            return connection.execution_options(no_parameters=True).exec_driver_sql(self.spelled(statement)).scalar()

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return a table's rows in the order of their ids."""
        with self.connection() as connection:
            return rows_of(connection, table)

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each of the seven tables."""
        with self.connection() as connection:
            return {table: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar_one() for table in SEVEN}

    def tables(self) -> set[str]:
        """Return the names of all tables."""
        with self.connection() as connection:
            return set(sa.inspect(connection).get_table_names())

    def versions(self) -> set[str]:
        """Return the seed revisions that the version table names; none where there is no such table."""
        if "alembic_version_seed" not in self.tables():
            return set()
        with self.connection() as connection:
            return {row[0] for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version_seed")}

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of all tables that are seeded."""
        with self.connection() as connection:
            return {table: rows_of(connection, table) for table in METADATA.tables}

    def digest(self) -> str:
        """Return a fingerprint of the rows of all tables that are seeded, the same on every engine."""
        text = json.dumps(self.everything(), default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def alembic(self, *arguments: str, folder: Path = PROJECT, **variables: str) -> Ran:
        """Run plain `alembic` in this process, with a folder's alembic.ini."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        with self.environment(variables), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                command = CommandLine("alembic")
                options = command.parser.parse_args(arguments)
                config = Config(str(folder / "alembic.ini"), ini_section=options.name, cmd_opts=options, stdout=out)
                command.run_cmd(config, options)
            except SystemExit as exit_:
                code = exit_.code % 256 if isinstance(exit_.code, int) else 1
        return Ran(code, out.getvalue(), err.getvalue())

    def seed(self, *arguments: str, **variables: str) -> Ran:
        """Run `alembic -n seed …` and fail the test when it fails."""
        ran = self.alembic("-n", "seed", *arguments, **variables)
        assert ran.code == 0, ran
        return ran

    def cli(self, *arguments: str, **variables: str) -> Result:
        """Run `terp-seed …` in this process."""
        with self.environment(variables), contextlib.chdir(PROJECT):
            return CliRunner().invoke(main, list(arguments), catch_exceptions=False)

    def process(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `terp-seed` or `alembic` in a process of its own."""
        environment = {key: value for key, value in os.environ.items() if key not in VARIABLES}
        return programs.run(command, PROJECT, {**environment, **AS_TO_A_PERSON, "DATABASE_URL": self.url, **variables})

    @contextlib.contextmanager
    def environment(self, variables: dict[str, str]) -> Iterator[None]:
        """Set DATABASE_URL and the given variables, and no others of ours."""
        clean = {key: value for key, value in os.environ.items() if key not in VARIABLES}
        with mock.patch.dict(os.environ, {**clean, **AS_TO_A_PERSON, "DATABASE_URL": self.url, **variables}, clear=True):
            yield


def rows_of(connection: sa.Connection, table: str) -> list[dict[str, Any]]:
    """Return a table's rows in the order of their ids, as the same Python values on every engine."""
    result = connection.execute(sa.select(METADATA.tables[table]).order_by(sa.text("id")))
    return [dict(row) for row in result.mappings()]
