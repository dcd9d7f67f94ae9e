"""The promise: whatever the address, the variables and `.env` contain, a command ends with a sentence and shows no password."""

import json
import os
import socket
import string
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import NoReturn

import pytest
from click.testing import CliRunner

from terp_seed.backends import connection as database
from terp_seed.cli.entry import main
from terp_seed.variables import EXAMPLES
from tests.passwords import Password
from tests.support import ALL_FAULTS, Database

# PyMySQL leaves a local socket open that it could not connect
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in.*family=1:pytest.PytestUnraisableExceptionWarning")

DRAWS = 2_000 if ALL_FAULTS else 300
# no slash, so that a damaged path stays in the folder of the test
_DAMAGE = (
    string.ascii_letters
    + string.digits
    + "@:?#&=%+,;.'\"`$\\{}[]()-_ \t\r\n\x01\x7fé\u6f22\U0001f511\u00a0\u200b\ufeff\udcff\udc80"
)
_QUERIES = (
    *("sslmode=require", "sslaccept=strict", "ssl=true", "ssl-ca=no.pem", "sslcert=.env", "connection_limit=5", "timezone=Z"),
    *("useSSL=true", "tls=skip-verify", "parseTime=true", "charset=UTF-8", "read_timeout=abc", "port=x", "mode=ro", "uri=true"),
    *("local_infile=1", "read_default_file=.env", "timeout=3", "unix_socket=no.sock", "ssl={", "ssl-mode", "=", "&&", "a=1&a=2"),
)
_WORDS = ("", " ", "test", "production", "PRODUCTION", "prod", "json", "console", "xml", "true", "0", "ca.pem", ".", "x" * 5_000)
_LINES = (
    *("", "# a comment", "EMPTY", "export A=b", "A=${HOME} $HOME ${B:-c}", "B='unterminated", 'C="\\x"', "what is this", "= = ="),
    *(
        "TERP_ENV=",
        "TERP_ENV=test # said",
        "NODE_ENV=production",
        "TERP_LOG_FORMAT=json",
        "DATABASE_URL",
        "DATABASE_URL=",
        "DATABASE_URL='",
    ),
    *("DATABASE_CA_CERT='-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----'", "SKIP_SEEDING=true"),
)
_COMMANDS = (
    ("status",),
    ("status", "--json"),
    ("verify",),
    ("upgrade", "-f"),
    ("upgrade", "--dry-run"),
    ("upgrade", "--sql"),
    ("downgrade", "-f"),
    *[("purge", "-f", "--database=another"), ("purge", "-f", "--log-format=json"), ("upgrade", "--clean", "--sql")] * 4,
)


def _refused(address: tuple[str, int], *_: object, **__: object) -> NoReturn:
    """Fail as a resolver and a closed port do, without asking one."""
    host, port = address
    socket.getaddrinfo("127.0.0.1", port)
    host.encode("idna")
    raise ConnectionRefusedError(111, "Connection refused")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", _refused)
    monkeypatch.setattr(database, "time", SimpleNamespace(sleep=lambda seconds: None))


def _damaged(random: Random, text: str) -> str:
    for _ in range(random.choice((0, 0, 1, 1, 2, 5))):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice((random.choice(_DAMAGE), "")) + text[at + random.choice((0, 1)) :]
    return text


def _address(random: Random, password: Password) -> str:
    host = random.choice(("127.0.0.1:1", "db.example", "[::1]:3306", "a.db.ondigitalocean.com:25060", "h:99999", "", "a..b"))
    text = random.choice(
        (password.address(random, host), password.address(random, host), "sqlite:///own.db", "sqlite:///file:own.db")
    )
    for query in random.choices(_QUERIES, k=random.choice((0, 0, 1, 2))):
        text += ("&" if "?" in text else "?") + query
    return _damaged(random, text)


def _file(random: Random, password: Password) -> bytes:
    lines = random.choices(_LINES, k=random.randint(0, 4))
    if random.random() < 0.7:
        quotes = random.choice(("", "", "'", '"'))
        lines.insert(random.randrange(len(lines) + 1), f"DATABASE_URL={quotes}{_address(random, password)}{quotes}")
    content = random.choice(("\n", "\n", "\r\n")).join(lines).encode("utf-8", "surrogateescape")
    return content + random.choice((b"\n", b"\n", b"\n", b"\0", b"\xff\xfe", b"\xe9\n"))


def _environment(random: Random, password: Password) -> dict[str, str]:
    """Draw the variables of a process, which have no NUL."""
    drawn = {name: random.choice(_WORDS) for name in EXAMPLES if random.random() < 0.2}
    drawn |= {name: _damaged(random, "test") for name in EXAMPLES if random.random() < 0.05}
    if random.random() < 0.7:
        drawn["DATABASE_URL"] = _address(random, password)
    return drawn


def _draw(random: Random, folder: Path) -> tuple[Password, dict[str, str]]:
    password = Password.draw(random)
    file = folder / ".env"
    file.unlink(missing_ok=True)
    if random.random() < 0.5:
        file.write_bytes(_file(random, password))
    return password, _environment(random, password)


def _for_each_draw(seed: int, draws: int, folder: Path, check: Callable[[Random, Password, dict[str, str]], None]) -> None:
    for number in range(draws):
        random = Random(f"{seed} {number}")
        password, variables = _draw(random, folder)
        clean = {"TERP_LOG_FORMAT": "console", **variables}
        clean.setdefault("DATABASE_URL", "")
        with Database("", "sqlite").environment(clean):
            check(random, password, variables)


def test_command_line_ends_with_sentence_and_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    codes = dict.fromkeys(range(4), 0)

    def check(random: Random, password: Password, variables: dict[str, str]) -> None:
        command = random.choice(_COMMANDS)
        result = CliRunner().invoke(main, command)
        about = (command, variables, result.output)
        assert isinstance(result.exception, SystemExit | None), about
        assert result.exit_code in codes, about
        assert "Traceback" not in result.output, about
        assert not password.is_in(result.output), about
        lines = result.stderr.splitlines()
        if result.exit_code == 2:
            assert lines, about
        if lines and all(line.startswith("{") for line in lines):
            assert json.loads(lines[-1])["exit_code"] == result.exit_code, about
        elif result.exit_code == 2:
            assert len([line for line in lines if line.startswith("Error: ")]) == 1, about
        codes[result.exit_code] += 1

    _for_each_draw(22, DRAWS, tmp_path, check)
    assert codes[1] > DRAWS / 50
    assert codes[2] > DRAWS / 4


def test_plain_alembic_ends_with_a_sentence_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def check(random: Random, password: Password, variables: dict[str, str]) -> None:
        arguments = random.choice((("upgrade", "head"), ("current",), ("upgrade", "head", "--sql"), ("downgrade", "base")))
        section = random.choice(((), ("-n", "seed"), ("-n", "seed")))
        ran = Database(os.environ["DATABASE_URL"], "sqlite").alembic(*section, *arguments, **dict(os.environ))
        assert not password.is_in(ran.out + ran.err), (variables, ran)
        assert "Traceback" not in ran.out + ran.err
        assert ran.code == 0 or ran.out.count("FAILED: ") == 1, (variables, ran)

    _for_each_draw(23, DRAWS // 10, tmp_path, check)
