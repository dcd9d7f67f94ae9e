"""The promise on PostgreSQL: whichever statement of a script fails, nothing is written from there on by any client."""

import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.clients import apply_well
from tests.library import Folder, make_library
from tests.scripts import statements_of
from tests.support import ALL_FAULTS, Database

DICE = random.Random(19)
_FAILS = "SELECT 1/0"
_OPTIONS = {"goes on": (), "undoes the failed statement": ("--variable=ON_ERROR_ROLLBACK=on",)}
# what says the worst of a search that follows: a search that fails then has found nothing
_WORST = re.compile(r"DO \$seed\$ BEGIN PERFORM set_config\('terp_seed\.(refers|lost)', '[^']+', false\); END \$seed\$")


def psql(database: Database, text: str, *options: str, user: str | None = None) -> subprocess.CompletedProcess[str]:
    url = make_url(database.url)
    place = [f"--host={url.host}", f"--port={url.port}", f"--user={user or url.username}", f"--dbname={url.database}"]
    command = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", *options, *place]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


@pytest.fixture
def shop(new_database: Callable[[str], Database], tmp_path: Path) -> tuple[Folder, Database]:
    """The library with its tables in a PostgreSQL."""
    database = new_database("postgresql")
    own = make_library(tmp_path)
    create = "import library, sys, sqlalchemy as s; library.METADATA.create_all(s.create_engine(sys.argv[1]))"
    folder = Folder(own.path, database.url)
    with database.connection() as connection:
        folder.done("python", "-c", create, connection.engine.url.render_as_string(False))
    return folder, database


def _rows(database: Database) -> tuple[int, ...]:
    names = [name for name in ("library_seed_ledger",) if name in database.tables()]
    return tuple(int(str(database.scalar(f"SELECT COUNT(*) FROM {name}"))) for name in ("authors", "books", *names))


def _empty(database: Database) -> None:
    database.execute("DROP TABLE IF EXISTS library_seed_ledger, library_seed_version", "TRUNCATE authors, books")


def _steps(text: str) -> tuple[list[str], int]:
    """Return the statements of a script, and the place of its last COMMIT."""
    statements = statements_of(text)
    ends = [place for place, statement in enumerate(statements) if statement == "COMMIT"]
    last = max(place for place in ends if place < statements.index("ROLLBACK"))
    return statements, last


@pytest.mark.exhaustive
@pytest.mark.parametrize("move", ["upgrade", "downgrade"])
@pytest.mark.parametrize("client", _OPTIONS)
def test_no_failed_statement_lets_a_later_one_write(shop: tuple[Folder, Database], client: str, move: str) -> None:
    folder, database = shop
    up, down = (folder.done("terp-seed", one, "--sql") for one in ("upgrade", "downgrade"))
    statements, last = _steps(up if move == "upgrade" else down)
    apply_well(database, up)
    for place in range(last + 1) if ALL_FAULTS else DICE.sample(range(last + 1), 12):
        if move == "upgrade":
            _empty(database)
        elif _rows(database) != (3, 8, 2):
            _empty(database)
            apply_well(database, up)
        broken = [*statements[:place], _FAILS, *statements[place + 1 :]]
        ran = psql(database, ";\n".join(broken) + ";\n", *_OPTIONS[client])
        if _WORST.fullmatch(statements[place]):
            continue
        ended = statements[:place].count("COMMIT")
        written = {0: (0, 0), 1: (0, 0), 2: (0, 0, 0), 3: (0, 0, 0), 4: (3, 0, 1)}[ended]
        left = {0: (3, 8, 2), 1: (3, 8, 2), 2: (3, 0, 1), 3: (0, 0, 0)}.get(ended)
        assert _rows(database) == (written if move == "upgrade" else left), (place, statements[place], ran)
        if not statements[place].startswith("DROP TABLE"):  # of the ledger, which is empty
            assert "This script stopped" in ran.stdout or "seed_check" in ran.stderr, (place, statements[place])


@pytest.mark.parametrize("client", _OPTIONS)
def test_role_without_our_settings_writes_nothing(shop: tuple[Folder, Database], client: str) -> None:
    folder, database = shop
    up = folder.done("terp-seed", "upgrade", "--sql")
    database.execute(
        "DROP ROLE IF EXISTS seed_replica",
        "CREATE ROLE seed_replica LOGIN",
        "ALTER ROLE seed_replica SET session_replication_role = replica",
        "GRANT ALL ON SCHEMA public TO seed_replica",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO seed_replica",
        f'GRANT ALL ON DATABASE "{database.name}" TO seed_replica',
    )
    ran = psql(database, "".join(line for line in up.splitlines(True) if line[0] != "\\"), *_OPTIONS[client], user="seed_replica")
    assert "permission denied to set parameter" in ran.stderr
    assert _rows(database) == (0, 0)
    database.execute("DROP OWNED BY seed_replica", "DROP ROLE seed_replica")


def test_open_transaction_is_not_committed(shop: tuple[Folder, Database]) -> None:
    folder, database = shop
    up = folder.done("terp-seed", "upgrade", "--sql")
    mine = "INSERT INTO authors VALUES (900, 'Mine', 'mine@example.com', '1950-01-01')"
    text = "".join(line for line in up.splitlines(True) if line[0] != "\\")
    ran = psql(database, f"BEGIN;\n{mine};\n{text}", "--variable=ON_ERROR_ROLLBACK=on")
    assert "An open transaction of this session has written something" in ran.stderr
    assert _rows(database) == (0, 0)


def test_short_statement_timeout_stops_no_script(shop: tuple[Folder, Database]) -> None:
    folder, database = shop
    database.execute(f'ALTER DATABASE "{database.name}" SET statement_timeout = 20')
    apply_well(database, folder.done("terp-seed", "upgrade", "--sql"))


@pytest.mark.parametrize("move", ["upgrade", "downgrade"])
def test_client_without_autocommit_is_left_with_nothing(shop: tuple[Folder, Database], move: str) -> None:
    folder, database = shop
    up, down = (folder.done("terp-seed", one, "--sql") for one in ("upgrade", "downgrade"))
    if move == "downgrade":
        apply_well(database, up)
    locks = "SELECT 'locks ' || COUNT(*) FROM pg_locks WHERE locktype = 'advisory';\n"
    locks += "SHOW default_transaction_read_only;\nSHOW timezone;\n"
    text = f"{up if move == 'upgrade' else down}ROLLBACK;\n{locks}"
    ran = psql(database, f"SET timezone = 'Asia/Tokyo';\nCOMMIT;\n{text}", "--variable=AUTOCOMMIT=off")
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    assert ran.stdout.splitlines()[-4].startswith("All is well")
    assert ran.stdout.splitlines()[-3:] == ["locks 0", "off", "Asia/Tokyo"]
    assert _rows(database) == ((3, 8, 2) if move == "upgrade" else (0, 0))
