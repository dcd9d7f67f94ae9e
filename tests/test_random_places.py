"""The promise: from whatever folder, terminal and locale a command is called, it ends with a sentence and shows no password."""

import contextlib
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.passwords import Password
from tests.support import ALL_FAULTS, PROJECT

DRAWS = 2_000 if ALL_FAULTS else 8
_PROGRAMS = (("terp-seed",), ("terp-seed",), (sys.executable, "-m", "terp_seed"))
_COMMANDS = (
    *("status", "verify", "upgrade --dry-run", "upgrade -f", "downgrade -f", "purge -f --database=x", "upgrade --sql", "--help"),
    *("review -o-", "init", "init --empty", "upgrade --clean", "--version"),
)
_NAMES = (
    "plain",
    "two words",
    "quote'quote",
    "percent %(here)s %s",
    "läufer",
    "\u6f22\u5b57",
    "dollar$HOME",
    "-dash",
    b"b\xff\xfe".decode("utf-8", "surrogateescape"),
)
_FILES = {
    "alembic.ini": (
        "",
        "[seed]",
        "[seed]\nproject = no.such:PROJECT\nscript_location = seeds\n",
        "\0",
        "[seed\n",
        "x = %(y)s\n",
        "\xff",
    ),
    "pyproject.toml": ("", "[tool.alembic]\n", "= =", "[tool.poetry]\nname = 'x'\n"),
    "seeds": ("a file",),
    "click.py": ("raise RuntimeError('not the library')\n",),
    "logging.py": ("",),
    "terp.db": ("this is no database, and longer than the header of one is: " * 20,),
}
_LOCALES = (
    *(
        "LC_ALL=C",
        "LC_ALL=POSIX PYTHONCOERCECLOCALE=0 PYTHONUTF8=0",
        "LC_ALL=C.UTF-8",
        "LC_ALL=no_SUCH.thing",
        "LANG=tr_TR.UTF-8",
    ),
    *("LC_ALL=C PYTHONIOENCODING=ascii", "PYTHONIOENCODING=latin-1:strict", "PYTHONIOENCODING=utf-16"),
)
_TERMINALS = (
    *("", "TERM=dumb", "TERM=", "TERM=no-such", "COLUMNS=1 LINES=1", "COLUMNS=abc", "COLUMNS=0", "COLUMNS=100000"),
    *("NO_COLOR=1", "FORCE_COLOR=1"),
)
_ENDS = ("pipe", "pipe", "terminal", "terminal", "nothing", "full", "closed")


@contextlib.contextmanager
def _folder(random: Random, root: Path) -> Iterator[Path]:
    """Make a folder as nobody expects it, and remove it."""
    folder = root / random.choice(_NAMES)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, contents in _FILES.items():
        if random.random() < 0.25:
            (folder / name).write_text(random.choice(contents), encoding="latin-1")
    link = root / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(folder)
    yield random.choice((folder, folder, link))
    shutil.rmtree(folder, ignore_errors=True)


def _run(random: Random, command: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a process with ends of some kind; return how it ended, and what it showed."""
    end = random.choice(_ENDS)
    if random.random() < 0.1:  # a folder that is gone
        command = ["sh", "-c", 'cd "$1" && rmdir "$1"; shift; exec "$@"', "sh", _emptied(folder), *command]
    if end == "closed":
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    if end == "terminal":
        return _in_terminal(command, folder, environment)
    with open("/dev/full" if end == "full" else "/dev/null", "w", encoding="utf-8") as nowhere:
        out = nowhere if end in ("nothing", "full") else subprocess.PIPE
        ran = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
    return ran.returncode, ((ran.stdout or b"") + ran.stderr).decode("utf-8", "replace")


def _emptied(folder: Path) -> str:
    inner = folder / "gone"
    inner.mkdir()
    return str(inner)


def _in_terminal(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as child:
        os.close(theirs)
        os.write(ours, b"no\n\x04")  # to whatever it asks
        said = b""
        with contextlib.suppress(OSError):  # EIO, when the child has closed its end
            while piece := os.read(ours, 65536):
                said += piece
    os.close(ours)
    return child.returncode, said.decode("utf-8", "replace")


def _environment(random: Random, password: Password, home: Path) -> dict[str, str]:
    address = random.choice((password.address(random, "127.0.0.1:1"), "sqlite:///own.db", "sqlite:///terp.db", ""))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    known = {"PATH": path, "HOME": str(home), "DATABASE_URL": address, "TERP_ENV": random.choice(("", "test", "production"))}
    drawn = f"{random.choice(_LOCALES)} {random.choice(_TERMINALS)}".split()
    return known | dict(setting.split("=", 1) for setting in drawn)


def _in(folder: Path, command: str, before: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run a command in a folder, for a database of that folder; return its exit code and standard error."""
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "TERP_LOG_FORMAT": "console"}
    environment |= {"DATABASE_URL": "sqlite:///own.db", "TERP_ENV": "test"}
    ran = subprocess.run([*before, *command.split()], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stderr


def test_script_into_closed_output_is_an_error(tmp_path: Path) -> None:
    sentence = "Error: Standard output is closed: expected a place for what is printed. Redirect it with `> FILE`.\n"
    for command in ("terp-seed upgrade --sql", "terp-seed review -o-"):
        assert _in(tmp_path, command, ("sh", "-c", 'exec "$@" >&-', "sh")) == (1, sentence)


def test_database_in_a_folder_without_utf8(tmp_path: Path) -> None:
    folder = tmp_path / b"b\xff\xfe".decode("utf-8", "surrogateescape")
    folder.mkdir()
    assert _in(folder, f"alembic -c {PROJECT / 'alembic.ini'} upgrade head")[0] == 0
    for command in ("upgrade -f", "status", "verify", "downgrade -f"):
        code, said = _in(folder, f"terp-seed {command}")
        assert code == 0, said


def test_ini_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").write_bytes(b"[seed]\n# \xff\n")
    code, said = _in(tmp_path, "terp-seed upgrade --sql")
    assert (code, said.count("\n"), "alembic.ini cannot be read: 'utf-8' codec" in said) == (1, 1, True), said


def test_process_anywhere_ends_with_a_sentence(tmp_path: Path) -> None:
    codes: dict[int, int] = {}
    for number in range(DRAWS):
        random = Random(f"places {number}")
        password = Password.draw(random)
        with _folder(random, tmp_path) as folder:
            environment = _environment(random, password, tmp_path)
            # `python -m` imports from the working folder before all else, which is Python's own rule
            program = random.choice(_PROGRAMS if not {"click.py", "logging.py"} & {*os.listdir(folder)} else _PROGRAMS[:1])
            command = [*program, *random.choice(_COMMANDS).split()]
            code, said = _run(random, command, folder, environment)
        about = (number, command, str(folder), environment, code, said)
        assert "Traceback" not in said, about
        assert not password.is_in(said), about
        assert code in range(4), about
        codes[code] = codes.get(code, 0) + 1
    assert {0, 2} <= codes.keys(), codes
