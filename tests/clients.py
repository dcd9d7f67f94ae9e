"""The ordinary clients of the databases, as a DBA applies a script with them: in the C locale, from a file."""

import os
import subprocess

from sqlalchemy.engine import make_url

from tests.support import Database

STOPPED = {"sqlite": 1, "mariadb": 1, "mysql": 1, "postgresql": 3}  # the exit codes of a client that stops at an error


def apply(database: Database, script: str) -> subprocess.CompletedProcess[str]:
    """Apply a script to a database, and return what the client printed and how it ended."""
    url = make_url(database.url)
    place = [f"--host={url.host}", f"--port={url.port}", f"--user={url.username}", str(url.database)]
    command = ["mariadb", *place]
    if database.kind == "sqlite":
        command = ["sqlite3", "-bail", str(url.database)]
    elif database.kind == "postgresql":
        command = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", *place[:3], f"--dbname={url.database}"]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "MYSQL_PWD": url.password or ""}
    return subprocess.run(command, input=script, env=environment, capture_output=True, encoding="utf-8", check=False)


def apply_well(database: Database, script: str) -> None:
    """Apply a script, and fail the test unless it runs to its end, counts the rows that it expects, and says that all is well."""
    ran = apply(database, script)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    *counts, verdict = [line for line in ran.stdout.splitlines() if not line.startswith("seed_")]
    assert verdict.startswith("All is well: "), ran.stdout
    for line in counts:
        table, there, *expected = line.replace("|", "\t").split("\t")
        assert expected in ([], [there]), f"{table}: {line}"
