"""The progress of a run, at a terminal of a given width and in a file."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from terp_seed.cli.progress import Progress, _clock
from terp_seed.errors import SeedError
from terp_seed.execution.outcome import Outcome
from tests.support import PROJECT, VARIABLES, Database

SECONDS = Outcome("orders", "orders", 300, 1, 300, 29.0, inserted=True, companion=False)


def at_a_terminal(database: Database, columns: int, *arguments: str, answer: str = "", **variables: str) -> tuple[int, str]:
    """Run `terp-seed` at a terminal of its own; return its exit code and everything that came on the screen."""
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in (*VARIABLES, "NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "terp-seed"), *arguments],
        env={**environment, "TERM": "xterm", "DATABASE_URL": database.url, **variables},
        cwd=PROJECT,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    os.write(master, answer.encode())
    seen = b""
    try:
        while part := os.read(master, 65_536):
            seen += part
    except OSError:  # Linux says so when the last one has closed the terminal
        pass
    os.close(master)
    return process.wait(), seen.decode()


@pytest.mark.parametrize("columns", [80, 200])
def test_a_run_at_a_terminal(sqlite_terp: Database, columns: int) -> None:
    code, seen = at_a_terminal(sqlite_terp, columns, "upgrade", "--size=x8", answer="y\n")
    assert code == 0
    assert "Seed all tables there? [y/N]: " in seen
    assert re.search(r"\x1b\[32m\[7/7\]\x1b\[0m payments: 240 rows seeded", seen)
    assert "Next: `terp-seed verify`" in seen
    assert max(len(re.sub(r"\x1b\[[0-9;]*[mK]", "", line)) for line in re.split(r"[\r\n]+", seen) if "sqlite" not in line) <= 80
    code, seen = at_a_terminal(sqlite_terp, columns, "downgrade", "--force")
    assert "[1/7] payments    deleting 240 rows\r\x1b[K" in seen


def test_an_answer_of_no_changes_nothing(sqlite_terp: Database) -> None:
    code, seen = at_a_terminal(sqlite_terp, 80, "upgrade", answer="n\n")
    assert code == 2
    assert "Not confirmed" in seen
    assert sum(sqlite_terp.counts().values()) == 0


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb", "NO_COLOR": "1"}])
def test_no_color(sqlite_terp: Database, variables: dict[str, str]) -> None:
    _, seen = at_a_terminal(sqlite_terp, 80, "upgrade", "--force", **variables)
    assert "[7/7] payments: 30 rows seeded" in seen
    assert not re.search(r"\x1b\[[0-9;]*m", seen)
    _, seen = at_a_terminal(sqlite_terp, 80, "downgrade", "--force", **variables)
    assert ("deleting" in seen) == (variables.get("TERM") != "dumb")


def test_in_a_file_there_are_whole_lines_only(sqlite_terp: Database) -> None:
    ran = sqlite_terp.process("terp-seed", "upgrade", "--size=x8", "--force")
    assert ran.returncode == 0
    assert "\x1b" not in ran.stdout + ran.stderr
    assert "\r" not in ran.stdout + ran.stderr
    assert re.fullmatch(r"(\[[1-7]/7\] \w+: [\d,]+ rows seeded( in \d+s)?\n){7}Next: .*\n", ran.stderr)
    assert re.search(r"^orders +400 +1-400 +\d+\.\d\d$", ran.stdout, re.MULTILINE)
    assert "orders: 400 rows rolled back" in sqlite_terp.process("terp-seed", "downgrade", "--force").stderr


def be_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make standard error a terminal of 80 columns. No fixture: the stream that is captured begins with the test itself."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")


def test_long_table_shows_bar_rate_and_remaining_time(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("terp_seed.cli.progress.time.monotonic", lambda: now)
    be_a_terminal(monkeypatch)
    progress = Progress()
    for step in range(1, 31):
        progress.advanced("orders", step * 10, 300)
        now += 1
    progress.done(SECONDS)
    seen = capsys.readouterr().err.split("\r\x1b[K")
    assert "  [############............]  53%" in seen[15]
    assert seen[15].endswith("      11 rows/s  13s left")
    assert re.sub(r"\x1b\[[0-9;]*m", "", seen[-1]) == "[1/0] orders: 300 rows seeded in 29s\n"
    assert max(map(len, seen)) < 80


def test_rollback_bar_starts_with_the_second_statement(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("terp_seed.cli.progress.time.monotonic", lambda: now)
    be_a_terminal(monkeypatch)
    progress = Progress()
    for rows in (0, 50_000, 100_000):
        progress.advanced("orders", rows, 120_000)
        now += 2
    seen = capsys.readouterr().err.split("\r\x1b[K")
    assert "deleting 120,000 rows" in seen[1]
    assert re.search(r"#+\.+\]  41%   25,000 rows/s  3s left$", seen[2])
    assert re.search(r"#+\.+\]  83%   25,000 rows/s  1s left$", seen[3])


def test_stopped_run_leaves_no_partial_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    be_a_terminal(monkeypatch)
    progress = Progress()
    progress.advanced("orders", 0, 300)
    progress.failed(SeedError("The server has gone."))
    progress.ended(1)
    assert re.search(r"deleting 300 rows\r\x1b\[K.*Error:.* The server has gone\.\n$", capsys.readouterr().err)


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0s"), (59.4, "59s"), (59.6, "1m 00s"), (65, "1m 05s"), (3_725, "1h 02m")])
def test_a_length_of_time(seconds: float, said: str) -> None:
    assert _clock(seconds) == said
