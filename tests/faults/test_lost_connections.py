"""The promise: a cut connection or a dead server leaves each table whole or empty, and the same command finishes."""

import contextlib
import os
import random
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import make_url

from tests import servers
from tests.faults.processes import start
from tests.support import SEVEN, SMALL, Database
from tests.test_rows_are_a_pure_function import GOLDEN

FULL = bool(os.environ.get("TERP_SEED_ALL_FAULTS"))
AS_OF = "--as-of=2026-03-01"


class Proxy:
    """A Proxy passes bytes to a server, and cuts both ends after a given number of them from the client."""

    def __init__(self, host: str, port: int, limit: int) -> None:
        self._target, self._left = (host, port), limit
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
            except OSError:
                return
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(4096):
                if counted:
                    data, self._left = data[: self._left], self._left - len(data)
                target.sendall(data)
                if counted and self._left <= 0:
                    break
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # close() alone would wait for the other thread's recv()
            end.close()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()


def _no_table_is_half(database: Database) -> None:
    assert all(rows in (0, SMALL[table]) for table, rows in database.counts().items()), database.counts()


@pytest.mark.parametrize("verb", ["upgrade", "downgrade"])
def test_a_cut_connection(server_terp: Database, verb: str) -> None:
    url = make_url(server_terp.url)
    dice = random.Random(verb)
    cut = 0
    for _ in range(40 if FULL else 4):
        if verb == "downgrade":
            assert server_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
        proxy = Proxy(str(url.host), int(url.port or 0), dice.randrange(3_000, 150_000 if verb == "upgrade" else 14_000))
        through = Database(url.set(port=proxy.port).render_as_string(), server_terp.kind)
        result = through.cli(verb, *([AS_OF] if verb == "upgrade" else []), "-f")
        proxy.close()
        assert result.exit_code in (0, 1), result.output
        assert result.exit_code == 0 or "Error: " in result.stderr
        cut += result.exit_code
        _no_table_is_half(server_terp)
        assert server_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
        assert server_terp.digest() == GOLDEN["small", 42]
        assert server_terp.cli("downgrade", "-f").exit_code == 0
        assert sum(server_terp.counts().values()) == 0
    assert cut


@pytest.fixture
def mortal_server() -> Iterator[servers.MariaDB]:
    with tempfile.TemporaryDirectory(prefix="terp-seed-mortal-") as folder:
        # every commit on disk: what is lost with the power must not have been promised
        server = servers.MariaDB(Path(folder), "--innodb-flush-log-at-trx-commit=1")
        yield server
        server.stop()


def test_a_server_that_dies(mortal_server: servers.MariaDB, new_database: Callable[[str], Database]) -> None:
    database = Database(f"{mortal_server.url}terp", "mariadb")
    pymysql.connect(host="127.0.0.1", port=mortal_server.port, user="root").cursor().execute("CREATE DATABASE terp")
    assert database.alembic("upgrade", "head").code == 0
    dice = random.Random(7)
    failed = 0
    for _ in range(20 if FULL else 2):
        for verb, options in (("upgrade", ["--size=x30", AS_OF]), ("downgrade", [])):
            run = start(database, "terp-seed", verb, *options, "-f")
            timer = threading.Timer(0.8 + 0.9 * dice.random(), mortal_server.kill)
            timer.start()
            _, err = run.communicate()
            timer.join()
            assert run.returncode in (0, 1), err
            assert "Traceback" not in err
            failed += run.returncode
            mortal_server.start()
            assert all(rows in (0, SMALL[table] * 30) for table, rows in database.counts().items()), database.counts()
            result = database.cli(verb, *options, "-f")
            assert result.exit_code == 0, result.output
            expected = 30 if verb == "upgrade" else 0
            assert database.counts() == {table: SMALL[table] * expected for table in SEVEN}
    assert failed


@pytest.mark.parametrize("packet", ["65536"])
def test_a_server_with_small_packets(packet: str) -> None:
    with servers.mariadb(f"--max-allowed-packet={packet}") as url:
        database = Database(f"{url}terp", "mariadb")
        address = make_url(url)
        pymysql.connect(host=address.host, port=int(address.port or 0), user="root").cursor().execute("CREATE DATABASE terp")
        assert database.alembic("upgrade", "head").code == 0
        assert database.cli("upgrade", "--size=medium", AS_OF, "-f").exit_code == 0
        assert database.digest() == GOLDEN["medium", 42]
        assert database.cli("downgrade", "-f").exit_code == 0
