"""The promise: every command of the runbook is run, in its order, on real servers, and shows what the runbook shows."""

import contextlib
import itertools
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from terp_seed.backends import connection as database
from tests import rows_of_users
from tests.conftest import ONE_SERVER
from tests.documents import Block, Shell, blocks, compare
from tests.support import NAMES, PROJECT, Database

RUNBOOK = PROJECT / "docs" / "deployment" / "SEEDING_RUNBOOK.md"
BLOCKS = blocks(RUNBOOK)
TEXT = RUNBOOK.read_text()
ADDRESS = "mysql+pymysql://terp_seed:***@HOST:25060/defaultdb"  # as the runbook has it

# what differs from run to run
CHANGING = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r" +\d+\.\d\d$", " SECONDS"),
    (r'"seconds": [\d.]+', '"seconds": SECONDS'),
    (r'"run": "[0-9a-f]{12}"', '"run": ID'),
    (r"host [\w.]+:\d+", "host HOST"),
)
# DigitalOcean's tool, as its reference has these commands
DOCTL = {
    "apps console": r"APP_ID COMPONENT",
    "apps create": r"--spec \S+",
    "apps list": r"",
    "apps logs": r"APP_ID COMPONENT --type run --follow",
    "apps spec validate": r"\S+",
    "databases backups": r"CLUSTER_ID",
    "databases list": r"",
}


class Healthy(BaseHTTPRequestHandler):
    """TERP, as far as its health is concerned."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
        self.wfile.write(b'{"status": "healthy"}\n')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def application() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Reader:
    """A Reader works through the runbook: it runs what is there, while a stage direction says what others do."""

    def __init__(self, shell: Shell, administrator: Database, mine: Database) -> None:
        self._shell, self._administrator, self._mine = shell, administrator, mine
        self._is_administrator = False
        self._others: list[sa.Connection] = []
        self._rows: dict[str, int] = {}
        self._numbers: dict[str, str] = {}  # connections as the runbook has them, and as they are

    def read(self, found: list[Block]) -> None:
        """Do what the blocks say."""
        for number, block in enumerate(found):
            where = f"{RUNBOOK.name}:{block.line}"
            if block.kind == "stage":
                self.stages[block.name](self)
            elif block.kind == "console" and found[number - 1].kind != "form":
                for command, shown in block.commands():
                    compare(shown, self._as_shown(shown, self._shell.run(command)), _normal, f"{where}: {command}")
            elif block.kind == "sql":
                answer = found[number + 1] if number + 1 < len(found) and found[number + 1].kind == "text" else None
                printed = self._query(block.text)
                compare(answer.text if answer else "", self._as_shown("", printed), _normal, f"{where}: {block.text}")

    def end(self) -> None:
        """Let go of whatever the stage directions left."""
        for connection in self._others:
            with contextlib.suppress(sa.exc.SQLAlchemyError):  # one of them was killed
                connection.close()

    def _query(self, text: str) -> str:
        for shown, real in self._numbers.items():
            text = text.replace(shown, real)
        if self._is_administrator:
            self._is_administrator = False
            self._administrator.execute(*(text.replace("defaultdb", self._mine.name).strip().rstrip(";").split(";\n")))
            return ""
        return self._shell.run("sql", text)

    def _as_shown(self, shown: str, printed: str) -> str:
        """Return what was printed with the runbook's address, database and connections in the place of the real ones."""
        for ours, real in zip(re.findall(r"connection (\d+)", shown), re.findall(r"connection (\d+)", printed), strict=False):
            self._numbers[ours] = real
        for ours, real in self._numbers.items():
            printed = re.sub(rf"(?<=connection ){real}\b|(?<=\): ){real}$", ours, printed, flags=re.MULTILINE)
        address = database.label(self._mine.url)
        return printed.replace(address, ADDRESS).replace(self._mine.name, "defaultdb")

    def _become_administrator(self) -> None:
        self._is_administrator = True

    def _hold_the_lock(self) -> None:
        connection = database.connect(self._mine.url)
        connection.execute(sa.text("SELECT GET_LOCK(:name, 5)"), {"name": NAMES.lock})
        self._others.append(connection)

    def _end_that_run(self) -> None:
        self._others.pop().close()

    def _rename_a_column(self) -> None:
        self._mine.cli("downgrade", "-f")
        self._administrator.execute("ALTER TABLE clients RENAME COLUMN phone TO telephone")

    def _rename_it_back(self) -> None:
        self._administrator.execute("ALTER TABLE clients RENAME COLUMN telephone TO phone")

    def _delete_the_clients(self) -> None:
        self._mine.cli("upgrade", "--table=clients", "-f")
        self._administrator.execute("DELETE FROM clients WHERE referred_by_client_id IS NOT NULL", "DELETE FROM clients")

    def _order_something(self) -> None:
        self._rows = rows_of_users.add(self._administrator, "mine")
        self._administrator.execute(f"UPDATE orders SET client_id = 3 WHERE id = {self._rows['orders']}")

    def _delete_that_order(self) -> None:
        self._administrator.execute(*(f"DELETE FROM {table} WHERE id = {id_}" for table, id_ in reversed(self._rows.items())))

    def _drop_the_version_table(self) -> None:
        self._administrator.execute("DROP TABLE alembic_version_seed")

    stages: dict[str, Callable[["Reader"], None]] = {
        "as the administrator": _become_administrator,
        "another run holds the lock and hangs": _hold_the_lock,
        "that run ends": _end_that_run,
        "nothing is seeded, and clients.phone has another name": _rename_a_column,
        "clients.phone has its name again": _rename_it_back,
        "the clients were seeded, and somebody deleted them": _delete_the_clients,
        "somebody's own order is by a seeded client": _order_something,
        "that order is gone": _delete_that_order,
        "everything is seeded, and somebody dropped alembic_version_seed": _drop_the_version_table,
    }


@pytest.fixture
def reader(server_terp: Database, application: str, tmp_path: Path) -> Iterator[Reader]:
    """Return whoever is on duty: at a shell in an empty folder, as the user that the runbook creates."""
    server_terp.execute("DROP USER IF EXISTS terp_seed")
    url: URL = make_url(server_terp.url).set(username="terp_seed", password="PASSWORD")
    (tmp_path / "home").mkdir()
    settings = tmp_path / "terp.cnf"
    settings.write_text(f"[client]\nhost={url.host}\nport={url.port}\nuser=terp_seed\npassword=PASSWORD\n")
    variables = {
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "TERP_ENV": "production",
        "TERP_LOG_FORMAT": "console",
        "APP_URL": application,
        "no_proxy": "*",
    }
    with Shell(tmp_path / "home", variables) as shell:
        shell.run(f"PATH={Path(sys.executable).parent}:$PATH")
        shell.run(f'sql() {{ mysql --defaults-extra-file={settings} --skip-reconnect --table {url.database} "$@"; }}')
        reading = Reader(shell, server_terp, Database(variables["DATABASE_URL"], server_terp.kind))
        yield reading
        reading.end()
    server_terp.execute("DROP USER terp_seed")


@pytest.mark.parametrize("server_terp", ONE_SERVER, indirect=True)
def test_every_command_shows_what_the_runbook_shows(reader: Reader, server_terp: Database) -> None:
    reader.read(BLOCKS)
    assert sum(server_terp.counts().values()) == 195
    assert server_terp.cli("verify").exit_code == 0


def test_digitalocean_commands_have_valid_syntax() -> None:
    marked = [block for before, block in itertools.pairwise(BLOCKS) if (before.kind, before.name) == ("form", "doctl")]
    commands = [command for block in marked for command, _ in block.commands()]
    assert len(commands) == 7
    for command in commands:
        words = command.removeprefix("doctl ")
        verb = max((verb for verb in DOCTL if words.startswith(verb)), key=len)
        assert re.fullmatch(DOCTL[verb], words.removeprefix(verb).strip()), command
        assert subprocess.run(["bash", "-n", "-c", command], check=False).returncode == 0
    for block in BLOCKS:
        if block not in marked:
            assert "doctl" not in block.text


def test_every_fixed_message_has_cause_and_way_out() -> None:
    entries = re.split(r"^### ", TEXT.partition("## 8. Troubleshooting")[2].partition("### Others")[0], flags=re.MULTILINE)[1:]
    heads = [entry.partition("\n")[0] for entry in entries]
    assert {
        "Failed to connect to database after 3 attempts",
        "Another seeding operation is in progress",
        "Schema validation failed for",
        "Cannot add or update a child row: a foreign key constraint fails",
        "Expected alembic_version_seed and seed_ledger to agree",
        "SKIP_SEEDING is deprecated. Use terp-seed instead.",
    } <= set(heads)
    for entry in entries:
        assert "- **Cause**: " in entry
        assert "- **Way out**: " in entry
        assert entry.count(entry.partition("\n")[0]) >= 2  # the error itself is shown


def anchors(text: str) -> set[str]:
    """Return what a link to a heading of a page may have behind its #."""
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        page, _, anchor = link.partition("#")
        path = RUNBOOK.parent / page if page else RUNBOOK
        assert path.exists(), link
        assert not anchor or anchor in anchors(path.read_text()), link


def _normal(text: str) -> str:
    for pattern, word in CHANGING:
        text = re.sub(pattern, word, text, flags=re.MULTILINE)
    return text
