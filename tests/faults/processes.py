"""Runs of the real commands in processes of their own: to be killed at a statement or a moment, or started many at a time."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from tests.support import AS_TO_A_PERSON, PROJECT, VARIABLES, Database


@dataclass(frozen=True)
class Command:
    """A Command is what an operator types, through the CLI or plain `alembic`."""

    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]

    def run(self, verb: str, database: Database) -> tuple[int, str]:
        """Run it in this process; return its exit code and everything that it said."""
        arguments = getattr(self, verb)
        if arguments[0] == "alembic":
            ran = database.alembic(*arguments[1:])
            return ran.code, ran.out + ran.err
        result = database.cli(*arguments[1:])
        return result.exit_code, result.output


def commands(size: str = "small") -> tuple[Command, Command]:
    """Return the two ways to seed a size and to roll back."""
    asked, as_of = f"size={size}", "as_of=2026-03-01"
    return (
        Command(
            ("terp-seed", "upgrade", f"--{asked}", "--as-of=2026-03-01", "-f"),
            ("terp-seed", "downgrade", "-f"),
        ),
        Command(
            ("alembic", "-n", "seed", "-x", asked, "-x", as_of, "upgrade", "head"),
            ("alembic", "-n", "seed", "downgrade", "base"),
        ),
    )


def start(database: Database, *command: str, **variables: str) -> subprocess.Popen[str]:
    """Start `terp-seed` or `alembic` on a database."""
    environment = {key: value for key, value in os.environ.items() if key not in VARIABLES}
    return subprocess.Popen(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        env={**environment, **AS_TO_A_PERSON, "DATABASE_URL": database.url, **variables},
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True)
class Ended:
    """Ended is how a process came to its end: its exit code (-9 when it was killed), its statements, what it said."""

    code: int
    statements: list[str] = field(default_factory=list)
    said: str = ""


@dataclass(frozen=True)
class Death:
    """A Death is a signal just before or just after a statement of the driver's, to the run itself or to other processes."""

    statement: int  # the first is 0
    after: bool = False
    victims: Callable[[], list[int]] = lambda: [os.getpid()]
    how: signal.Signals = signal.SIGKILL

    def strike(self, after: bool, statement: int, cursor: Any) -> None:
        """Hit, when this is the moment."""
        if (statement, after) == (self.statement, self.after):
            self.hit(cursor)

    def hit(self, cursor: Any) -> None:
        """Send the signal."""
        for victim in self.victims():
            with contextlib.suppress(ProcessLookupError):  # it has ended with the one before
                os.kill(victim, self.how)


@dataclass(frozen=True)
class Cut(Death):
    """A Cut shuts down the socket of the statement's own connection instead, as a server does that ends a session."""

    def hit(self, cursor: Any) -> None:
        """Shut the socket down."""
        connection = getattr(cursor, "connection", cursor)  # a COMMIT has no cursor
        number = connection.fileno() if hasattr(connection, "fileno") else connection._sock.fileno()
        with contextlib.closing(socket.socket(fileno=os.dup(number))) as line:
            line.shutdown(socket.SHUT_RDWR)


NEVER = Death(-1)


def forked(run: Callable[[], tuple[int, str]], death: Death = NEVER, seconds: float | None = None) -> Ended:
    """Run a command in a forked process that dies at a statement, or after some seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            statements = _watched(death)
            code, said = _told(run)
            with os.fdopen(writing, "w") as pipe:
                json.dump([code, statements, said], pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        if seconds is not None and not select.select([pipe], [], [], seconds)[0]:
            os.kill(child, signal.SIGKILL)
        report = pipe.read()
    _, status = os.waitpid(child, 0)
    if report:
        return Ended(*json.loads(report))
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    return Ended(-signal.SIGKILL)


def _told(run: Callable[[], tuple[int, str]]) -> tuple[int, str]:
    """Run; a traceback, with which no command may end, is told to the test as an exit code that none has."""
    try:
        return run()
    except BaseException:
        return 70, traceback.format_exc()


def _watched(death: Death) -> list[str]:
    """Make every statement of this process noted, and the death come at its moment."""
    statements: list[str] = []

    def watched(name: str) -> Any:
        call = getattr(DefaultDialect, name)

        def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
            number = len(statements)
            statements.append(str(args[1])[:60] if name != "do_commit" else "COMMIT")
            death.strike(False, number, args[0])
            result = call(self, *args, **kwargs)
            death.strike(True, number, args[0])
            return result

        return wrapper

    for name in ("do_execute", "do_execute_no_params", "do_commit"):
        setattr(DefaultDialect, name, watched(name))
    return statements
