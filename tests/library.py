"""The library of docs/writing-a-seed.md: a project that is not TERP's, in a folder of a test."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.documents import blocks
from tests.programs import run
from tests.support import AS_TO_A_PERSON, PROJECT, VARIABLES

LIBRARY = [block for block in blocks(PROJECT / "docs" / "writing-a-seed.md") if block.name]


class Folder:
    """A Folder is a project's own, with a SQLite database in it."""

    def __init__(self, path: Path, database: str = "own.db") -> None:
        self.path, self.url = path, database if "://" in database else f"sqlite:///{database}"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        clean = {key: value for key, value in os.environ.items() if key not in VARIABLES}
        variables = {**clean, **AS_TO_A_PERSON, "DATABASE_URL": self.url}
        return run(command, self.path, variables)

    def rows(self) -> dict[str, int]:
        """Return how many rows the library's tables have."""
        with closing(sqlite3.connect(self.path / "own.db")) as database:
            return {table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("authors", "books")}

    def done(self, *command: str) -> str:
        ran = self.run(*command)
        assert ran.returncode == 0, ran
        return ran.stdout


def make_library(path: Path) -> Folder:
    """Write the library of docs/writing-a-seed.md into a folder, and make its tables, without rows."""
    for block in LIBRARY:
        if block.name in ("alembic.ini", "library.py", "seeds/env.py") or block.name.startswith("seeds/versions/"):
            (path / block.name).parent.mkdir(parents=True, exist_ok=True)
            (path / block.name).write_text(block.text)
    for other in (path / "seeds" / "versions").iterdir():
        if other.stem not in ("ledger", "authors", "books"):
            other.unlink()
    folder = Folder(path)
    folder.done(
        "python", "-c", "import library, sqlalchemy as s; library.METADATA.create_all(s.create_engine('sqlite:///own.db'))"
    )
    return folder
