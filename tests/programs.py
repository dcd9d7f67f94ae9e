"""Our programs, each in a process of its own, which is forked from one that has imported what they all need.

Most of what a new Python does for a small run is to import SQLAlchemy, Alembic, Faker and us, and the tests start some thousand.
What depends on how Python starts, on what it imports, on signals or on a terminal uses `subprocess`.
"""

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import terp_seed

PROGRAMS = Path(sys.executable).parent
_OURS = ("terp-seed", "alembic")
_LIBRARIES = ("alembic.autogenerate", "alembic.command", "alembic.config", "dotenv", "psycopg", "pymysql", "sqlalchemy.dialects")


def run(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a program of our environment in a folder, with these variables and no others; its standard input is empty."""
    words, started = [str(PROGRAMS / command[0]), *command[1:]], {name: os.environ.get(name) for name in variables}
    is_plain = not any(name.startswith(("PYTHON", "LC_", "LANG")) and variables[name] != started[name] for name in variables)
    if command[0] not in _OURS or not is_plain or threading.current_thread() is not threading.main_thread():
        return subprocess.run(
            words, cwd=folder, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        code = _ask(json.dumps([words, str(folder), dict(variables), str(out), str(err)]))
        return subprocess.CompletedProcess(words, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


@functools.cache
def _server(_process: int) -> "subprocess.Popen[str]":
    """Return the process that forks, one for each process of the tests. It ends with its standard input."""
    server = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)
    return server


def _ask(request: str) -> int:
    server = _server(os.getpid())
    assert server.stdin
    assert server.stdout
    server.stdin.write(request + "\n")
    server.stdin.flush()
    return os.waitstatus_to_exitcode(int(server.stdout.readline()))


def _serve() -> Callable[[], object] | None:
    """Fork a process for each request, and answer with its status; return the program to run in such a process."""
    ours = pkgutil.walk_packages(terp_seed.__path__, "terp_seed.")
    for name in (*_LIBRARIES, *(module.name for module in ours if "__main__" not in module.name)):
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            return _program(*json.loads(line))
        print(os.waitpid(child, 0)[1], flush=True)
    return None


def _program(words: list[str], folder: str, variables: dict[str, str], out: str, err: str) -> Callable[[], object]:
    """Make this process one that was started with these words, and return what it has to call."""
    for number, place, mode in (
        (0, os.devnull, os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT),
        (2, err, os.O_WRONLY | os.O_CREAT),
    ):
        opened = os.open(place, mode, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    time.tzset()
    tempfile.tempdir = None
    sys.argv, sys.path[0] = words, str(PROGRAMS)
    if words[0].endswith("alembic"):
        from alembic.config import main
    else:
        from terp_seed.cli.entry import main
    return main


if __name__ == "__main__":
    if program := _serve():
        sys.exit(program())
