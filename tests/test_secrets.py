"""The promise: no message, log, status, script or page shows any part of a password, and no process list does."""

import contextlib
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from terp_seed.backends import connection as database
from terp_seed.backends.connection import label
from terp_seed.errors import SeedError
from tests import servers
from tests.passwords import Password
from tests.support import ALL_FAULTS, AS_TO_A_PERSON, PROJECT, VARIABLES, Database

COMMANDS = (
    ("status",),
    ("status", "--json"),
    ("verify", "--log-format=json"),
    ("upgrade", "-f", "--log-format=json"),
    ("upgrade", "--dry-run"),
    ("upgrade", "--sql"),
    ("downgrade", "-f"),
    ("downgrade", "--sql"),
    ("purge", "-f", "--database=terp"),
)


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def host() -> str:
    """Return a host and port that refuse a connection at once."""
    return f"127.0.0.1:{servers.free_port()}"


def test_500_passwords_are_in_no_message(host: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    random = Random(18)
    kinds: dict[str, int] = {}
    for _ in range(500):
        password = Password.draw(random)
        url = password.address(random, host)
        with pytest.raises(SeedError) as failed:
            database.connect(url)
        kinds[type(failed.value).__name__] = kinds.get(type(failed.value).__name__, 0) + 1
        assert not password.is_in(str(failed.value)), url
        terp = Database(url, "mysql")
        for log_format in ("json", "console"):
            result = terp.cli("purge", "-f", "--database=another", TERP_LOG_FORMAT=log_format)
            assert result.exit_code == 2
            assert not password.is_in(result.output), url
        assert not password.is_in(caplog.text), url
        caplog.clear()
    assert min(kinds["BadSetting"], kinds["ConnectionFailed"]) > 50


def test_no_command_shows_a_password(host: str, capfd: pytest.CaptureFixture[str]) -> None:
    random = Random(19)
    for _ in range(100 if ALL_FAULTS else 8):
        password = Password.draw(random)
        url = password.address(random, host)
        terp = Database(url, "mysql")
        for command in COMMANDS if ALL_FAULTS else random.sample(COMMANDS, 3):
            assert not password.is_in(terp.cli(*command).output), (command, url)
        for arguments in (("-n", "seed", "upgrade", "head"), ("-n", "seed", "upgrade", "head", "--sql"), ("current",)):
            ran = terp.alembic(*arguments)
            assert not password.is_in(ran.out + ran.err), (arguments, url)
        captured = capfd.readouterr()
        assert not password.is_in(captured.out + captured.err), url


def test_review_page_shows_no_password(host: str, tmp_path: Path) -> None:
    random = Random(20)
    for _ in range(5 if ALL_FAULTS else 1):
        password = Password.draw(random)
        url = f"mysql://127.0.0.1/terp?user=root&password={'%40'.join(password.words)}&port={host.rpartition(':')[2]}"
        result = Database(url, "mysql").cli("review", "--table=clients", "-o", str(tmp_path / "review.html"))
        page = (tmp_path / "review.html").read_text()
        assert "root:***@127.0.0.1" in page
        assert not password.is_in(page + result.output)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc here")
def test_process_list_shows_no_password() -> None:
    password = Password.draw(Random(21))
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"mysql://root:{'%40'.join(password.words)}@127.0.0.1:{server.getsockname()[1]}/terp"
        command = [sys.executable, "-m", "terp_seed", "upgrade", "-f"]
        with subprocess.Popen(
            command,
            env={**environment, **AS_TO_A_PERSON, "DATABASE_URL": url},
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as run:
            server.settimeout(60)
            connected, _ = server.accept()  # it now waits for the server's greeting
            shown = b""
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):  # it has ended meanwhile
                    shown += path.read_bytes()
            assert b"terp_seed" in shown
            assert not password.is_in(shown.decode(errors="replace"))
            connected.close()
            run.kill()
            assert run.stdout
            assert not password.is_in(run.stdout.read())


@pytest.mark.parametrize("user", ["root%40secret%2F1", "rootse%3Acret"])
def test_password_that_lost_its_colon_is_hidden(user: str) -> None:
    assert label(f"mysql://{user}@host/terp").startswith("mysql+pymysql://***@host")
    assert label("mysql://root@host/terp") == "mysql+pymysql://root@host/terp"
