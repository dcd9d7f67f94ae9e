"""The log: every line of a real run is JSON, and is what docs/logs.md says it is."""

import json
import re
import sys
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from terp_seed.backends import lock
from terp_seed.checks.verification import Verification
from terp_seed.cli.json_log import Log
from terp_seed.execution.outcome import Outcome
from terp_seed.settings import Settings
from tests import rows_of_users
from tests.support import CATALOG, NAMES, PROJECT, SMALL, Database

DOCUMENT = (PROJECT / "docs" / "logs.md").read_text()
Line = dict[str, Any]

TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str) and value != "",
    "string or null": lambda value: value is None or isinstance(value, str),
    "whole number": lambda value: type(value) is int and value >= 0,
    "number": lambda value: type(value) in (int, float) and value >= 0,
    "boolean": lambda value: type(value) is bool,
    "list of strings": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "list of whole numbers": lambda value: isinstance(value, list) and all(isinstance(one, int) for one in value),
    "object of lists of strings": lambda value: (
        isinstance(value, dict) and all(TYPES["list of strings"](v) for v in value.values())
    ),
}


def _table(*heads: str) -> list[list[str]]:
    """Return the cells of the document's table that has these heads."""
    lines = iter(DOCUMENT.splitlines())
    assert any(line == f"| {' | '.join(heads)} |" for line in lines), heads
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def _names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


COMMON = {_names(field)[0]: kind for field, kind, _ in _table("field", "type", "what it is")}
EVENTS = {
    _names(event)[0]: (re.findall(r"info|warning|error", level), _names(fields))
    for event, level, fields, _ in _table("event", "level", "further fields", "when")
}
FIELDS = {name: re.split(r"[,:]", kind)[0] for fields, kind in _table("field", "type") for name in _names(fields)}


def lines_of(text: str) -> list[Line]:
    """Return the lines of a log, and fail for one that is not as the document says."""
    lines = []
    for text_line in text.splitlines():
        line = json.loads(text_line)
        assert text_line.isascii()
        event = line["event"]
        levels, fields = EVENTS[event]
        assert list(line) == [*COMMON, *fields], event
        assert line["level"] in levels, event
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        for name, value in line.items():
            assert TYPES[COMMON.get(name) or FIELDS[name]](value), (event, name, value)
        lines.append(line)
    assert lines
    assert len({line["run"] for line in lines}) == 1
    assert [line["event"] for line in lines].count("run_ended") == 1
    assert lines[-1]["event"] == "run_ended"
    times = [datetime.fromisoformat(line["time"]) for line in lines]
    assert times == sorted(times)
    return lines


def run(database: Database, *arguments: str, **variables: str) -> tuple[list[Line], int]:
    """Run a command with --log-format json; return its log and its exit code."""
    result = database.cli(*arguments, "--log-format=json", **variables)
    return lines_of(result.stderr), result.exit_code


def events(lines: list[Line]) -> list[str]:
    return [line["event"] for line in lines]


def test_an_upgrade(terp: Database) -> None:
    lines, code = run(terp, "upgrade", "-f")
    assert code == 0
    assert events(lines) == [
        "run_started",
        "lock_taken",
        "schema_checked",
        *["table_seeded"] * len(CATALOG.every),
        "verified",
        "lock_released",
        "run_ended",
    ]
    seeded = {line["table"]: line["rows"] for line in lines if line["event"] == "table_seeded" and not line["companion"]}
    assert seeded == SMALL
    assert (lines[-1]["rows"], lines[-1]["exit_code"]) == (195, 0)
    assert {line["environment"] for line in lines} == {"development"}
    assert set(lines[-3]["masked"]) == {part.name for part in CATALOG.every if part.pii}


def test_a_rollback_a_clean_and_nothing_to_do(terp: Database) -> None:
    terp.cli("upgrade", "-f")
    lines, _ = run(terp, "upgrade", "-f")
    assert events(lines) == ["run_started", "lock_taken", "lock_released", "run_ended"]
    lines, _ = run(terp, "upgrade", "--clean", "-f")
    assert [event for event in events(lines) if "checked" in event] == ["guard_checked", "schema_checked"]
    assert lines[-1]["rows"] == 2 * 195
    lines, code = run(terp, "downgrade", "-f")
    assert code == 0
    assert events(lines) == [
        "run_started",
        "lock_taken",
        "guard_checked",
        *["table_rolled_back"] * len(CATALOG.every),
        "lock_released",
        "run_ended",
    ]


def test_refused_rollback_and_cascade_are_logged(terp: Database) -> None:
    terp.cli("upgrade", "-f")
    mine = rows_of_users.add(terp, "mine")
    terp.execute(f"UPDATE orders SET client_id = 3 WHERE id = {mine['orders']}")
    lines, code = run(terp, "downgrade", "-f")
    assert code == 2
    assert events(lines) == ["run_started", "lock_taken", "lock_released", "refused", "run_ended"]
    assert "orders.client_id -> clients" in lines[-2]["error"]
    lines, code = run(terp, "downgrade", "-f", "--cascade", "--database", terp.name)
    assert code == 0
    assert events(lines)[2] == "cascade"
    assert lines[2]["rows"] > 0
    assert "row is deleted: orders.client_id -> clients" in lines[2]["message"]


def test_a_lock_that_is_held(terp: Database) -> None:
    with terp.connection() as connection, lock.held(connection, NAMES):
        lines, code = run(terp, "upgrade", "-f")
    assert code == lines[-1]["exit_code"] == 3
    assert events(lines) == ["run_started", "lock_refused", "run_ended"]
    assert re.match(r"Another seeding operation is in progress \((connection|process) \d+", lines[1]["error"])


def test_a_schema_that_does_not_fit(empty: Database) -> None:
    lines, code = run(empty, "upgrade", "-f")
    assert code == 1
    assert events(lines) == ["run_started", "lock_taken", "lock_released", "schema_refused", "run_ended"]
    assert "Schema validation failed for clients: the table is missing" in lines[-2]["error"]


def test_an_error_of_the_server_with_its_cause(server_terp: Database) -> None:
    server_terp.execute(
        "CREATE TRIGGER full BEFORE INSERT ON orders FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, "
        "MESSAGE_TEXT = 'The table ''orders'' is full'"
    )
    lines, code = run(server_terp, "upgrade", "-f")
    assert code == 1
    assert events(lines)[-2:] == ["failed", "run_ended"]
    assert lines[-2]["cause"] == "OperationalError: (1114) The table 'orders' is full"
    assert "free some space" in lines[-2]["error"]
    assert server_terp.counts()["batches"] == 30


def test_unreachable_server_is_logged_without_the_password(sqlite_terp: Database) -> None:
    result = sqlite_terp.cli("upgrade", "-f", "--log-format=json", DATABASE_URL="mysql://root:geh%C3%A9im-9@127.0.0.1:1/terp")
    lines = lines_of(result.stderr)
    assert result.exit_code == 1
    assert events(lines) == ["run_started", "failed", "run_ended"]
    assert "Failed to connect to database after 3 attempts" in lines[1]["error"]
    assert lines[1]["cause"].startswith("OperationalError: (2003)")
    assert lines[0]["database"] == "mysql+pymysql://root:***@127.0.0.1:1/terp"
    assert "geh" not in result.output


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (("upgrade", "--size=huge"), {}),
        (("downgrade",), {"TERP_ENV": "moon"}),
        (("upgrade",), {"DATABASE_URL": "nonsense"}),
    ],
)
def test_settings_that_cannot_be_read(sqlite_terp: Database, arguments: tuple[str, ...], variables: dict[str, str]) -> None:
    lines, code = run(sqlite_terp, *arguments, **variables)
    assert code == lines[-1]["exit_code"] == 2
    assert events(lines) == ["refused", "run_ended"]
    assert lines[0]["database"] is None


def test_a_purge(terp: Database) -> None:
    terp.cli("upgrade", "--table=clients", "-f")
    lines, code = run(terp, "purge", "--database", terp.name)
    assert code == 0
    assert {line["table"]: line["rows"] for line in lines if line["event"] == "table_purged"} == {
        **dict.fromkeys(SMALL, 0),
        "clients": 10,
    }
    assert lines[-1]["rows"] == 10


def test_verify(terp: Database) -> None:
    terp.cli("upgrade", "-f")
    lines, code = run(terp, "verify")
    assert (code, events(lines)) == (0, ["run_started", "verified", "run_ended"])
    terp.execute("UPDATE clients SET email = 'jane@gmail.com' WHERE id = 2")
    lines, code = run(terp, "verify")
    assert code == lines[-1]["exit_code"] == 1
    *begun, ended, over = events(lines)
    assert (begun[0], {*begun[1:]}, ended, over) == ("run_started", {"check_failed"}, "verified", "run_ended")
    failed = [(line["check"], line["detail"]) for line in lines[1:-2]]
    assert ("clients.email is masked", "1 of 10 not fake") in failed
    assert lines[-2]["failed"] == len(failed)


def test_verbose_includes_alembic_log_in_json_and_console(sqlite_terp: Database) -> None:
    lines, _ = run(sqlite_terp, "upgrade", "--table=clients", "-v", "-f", SKIP_SEEDING="1")
    assert "Running upgrade ledger -> clients, Seed clients." in [line.get("message") for line in lines]
    assert events(lines)[:2] == ["run_started", "warning"]
    told = sqlite_terp.cli("downgrade", "--verbose", "-f").stderr
    assert "INFO  [alembic.runtime.migration] Running downgrade clients -> ledger, Seed clients.\n" in told
    assert "alembic" not in sqlite_terp.cli("upgrade", "-f").stderr


def test_python_warning_becomes_a_log_line(sqlite_terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def verify(settings: Settings, *_: str | None) -> Verification:
        warnings.warn("an old way", UserWarning, stacklevel=1)
        return Verification()

    monkeypatch.setattr("terp_seed.app.commands.verify", verify)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        lines, _ = run(sqlite_terp, "verify")
    assert events(lines) == ["run_started", "message", "verified", "run_ended"]
    assert "UserWarning: an old way" in lines[1]["message"]


def test_a_long_table_gives_a_sign_of_life(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("terp_seed.cli.json_log.time.monotonic", lambda: now)
    log = Log("upgrade")
    log.started(Settings())
    for now in range(100, 130):
        log.advanced("orders", (now - 99) * 10, 300)
    log.done(Outcome("orders", "orders", 300, 1, 300, 29.0, inserted=True, companion=False))
    log.ended(0)
    lines = lines_of(capsys.readouterr().err)
    assert [(line["rows"], line["of"], line["seconds"]) for line in lines[1:3]] == [(120, 300, 11), (230, 300, 22)]
    assert events(lines) == ["run_started", "table_progress", "table_progress", "table_seeded", "run_ended"]


@pytest.mark.parametrize(
    ("variables", "is_json"),
    [
        ({"TERP_LOG_FORMAT": ""}, True),  # no terminal here
        ({"TERP_LOG_FORMAT": "", "TERP_ENV": "production"}, True),
        ({"TERP_LOG_FORMAT": "console", "TERP_ENV": "production"}, False),
        ({"TERP_LOG_FORMAT": "json"}, True),
    ],
)
def test_the_default(sqlite_terp: Database, variables: dict[str, str], is_json: bool) -> None:
    result = sqlite_terp.cli("upgrade", "-f", **variables)
    assert result.stderr.startswith('{"time"' if is_json else "[1/7] ")
    assert "seeded, 0 errors" in result.stdout
    assert "{" not in result.stdout


def test_terminal_default_is_human_readable_except_in_production(sqlite_terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from terp_seed.cli.options import listener_of

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with sqlite_terp.environment({"TERP_LOG_FORMAT": ""}):
        assert not isinstance(listener_of("status", None, Settings()), Log)
        assert isinstance(listener_of("status", None, Settings(environment="production")), Log)


@pytest.mark.parametrize(
    ("arguments", "command", "said"),
    [
        (["upgrade", "--count=5"], "upgrade", "No such option --count: use --size xN"),
        (["rollback"], "rollback", "Did you mean `terp-seed downgrade`?"),
        (["upgrade", "--nonsense"], "upgrade", "No such option"),
        (["upgrade", "--env=moon"], "upgrade", "env 'moon' is not an environment"),
    ],
)
def test_error_of_usage_is_one_event(sqlite_terp: Database, arguments: list[str], command: str, said: str) -> None:
    lines, code = run(sqlite_terp, *arguments)
    assert code == 2
    (error,) = (line["error"] for line in lines if line["event"] == "refused")
    assert said in error
    assert {line["command"] for line in lines} == {command}


def test_an_unknown_format_is_refused(sqlite_terp: Database) -> None:
    result = sqlite_terp.cli("upgrade", "-f", TERP_LOG_FORMAT="xml")
    assert result.exit_code == 2
    assert "TERP_LOG_FORMAT 'xml' is not known: expected one of console, json." in result.stderr
    assert sqlite_terp.cli("upgrade", "-f", "--log-format=xml").exit_code == 2


def test_a_script_has_no_log(sqlite_terp: Database) -> None:
    result = sqlite_terp.cli("upgrade", "--sql", "--log-format=json")
    assert (result.exit_code, result.stderr) == (0, "")


def test_document_lists_only_events_that_are_written() -> None:
    code = (PROJECT / "terp_seed" / "cli" / "json_log.py").read_text()
    assert not [event for event in EVENTS if f'"{event}"' not in code]  # that none is missing, each test above shows
    example = json.loads(DOCUMENT.partition("```json\n")[2].partition("\n")[0])
    assert list(example) == [*COMMON, *EVENTS["table_seeded"][1]]
