"""Private database servers for the tests: each in a folder and on a port of its own, gone when the tests are.

A Server is killed, given other options, and started again on the same data, which the servers of TERP_SEED_TEST_URLS are not.
"""

import contextlib
import fcntl
import getpass
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unavailable(what: str) -> NoReturn:
    """Leave a test out, and say why; where every engine is expected, as in .ci/run, fail it instead."""
    if os.environ.get("TERP_SEED_EVERY_ENGINE"):
        pytest.fail(f"{what}, and TERP_SEED_EVERY_ENGINE is set: nothing may be left out")
    pytest.skip(what)


@contextlib.contextmanager
def alone_on(url: str) -> Iterator[None]:
    """Let no other process of the tests use a shared server: the seeding lock is the server's, and a second run is refused."""
    name = hashlib.sha256(url.encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"terp-seed-tests-{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Server(ABC):
    """A Server is one private MariaDB or MySQL; it is not running until it is started."""

    kind: str
    without_tls: str  # the option that starts it so
    options: tuple[str, ...] = ()

    def __init__(self, folder: Path, *options: str) -> None:
        """Make a server in a folder; the options hold at every start, and already for the making of its data."""
        self.folder, self.port = folder, free_port()
        self.options = (*self.options, *options)
        self._process: subprocess.Popen[bytes] | None = None
        self._user, self._data = f"--user={getpass.getuser()}", f"--datadir={folder / 'data'}"
        # a server that starts deletes the temporary tables of every server that it shares this folder with
        temporary = folder.with_name(f"{folder.name}-tmp")
        temporary.mkdir()
        self._tmpdir = f"--tmpdir={temporary}"
        self.initialize()

    @abstractmethod
    def program(self) -> list[str]:
        """Return the command that starts the server, without options."""

    @abstractmethod
    def initialize(self) -> None:
        """Make the data folder, with a root user who needs no password."""

    @property
    def url(self) -> str:
        """The server's address, without a database name."""
        return f"mysql://root@127.0.0.1:{self.port}/"

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        assert self._process is not None
        return self._process.pid

    @property
    def dead(self) -> bool:
        """Tell whether the process has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def start(self, *options: str, host: str = "127.0.0.1") -> None:
        """Start the server, and wait until it answers."""
        log = self.folder / "log.err"
        command = [*self.program(), self._user, self._data, self._tmpdir, f"--port={self.port}", f"--bind-address={host}"]
        command += [f"--socket={self.folder}/s.sock", f"--pid-file={self.folder}/pid", f"--log-error={log}"]
        command += [
            "--innodb-buffer-pool-size=128M",
            "--innodb-flush-log-at-trx-commit=2",
            "--skip-log-bin",
            "--local-infile=OFF",
        ]
        self._process = subprocess.Popen(
            [*command, *self.options, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(1200):
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection((host, self.port), timeout=1):
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.kind} did not answer on port {self.port}: {log.read_text()[-2000:]}")

    def kill(self) -> None:
        """Kill the server as a power cut would, if nobody has, and wait for its end."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Shut the server down."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(120)

    @contextlib.contextmanager
    def running(self, *options: str, host: str = "127.0.0.1") -> Iterator[str]:
        """Run the server with these options for the length of a block, and yield its URL."""
        self.start(*options, host=host)
        try:
            yield self.url.replace("127.0.0.1", f"[{host}]" if ":" in host else host)
        finally:
            self.stop()


class MariaDB(Server):
    """The MariaDB of this machine."""

    kind = "mariadb"
    without_tls = "--skip-ssl"

    def program(self) -> list[str]:
        found = shutil.which("mariadbd")
        if found is None:
            raise RuntimeError("No mariadbd on the PATH: expected one. `make test` installs it (apt-get install mariadb-server).")
        return [found, "--no-defaults"]

    def initialize(self) -> None:
        self.program()
        options = [self._user, self._data, self._tmpdir, "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(["mariadb-install-db", "--no-defaults", *options], check=True, capture_output=True)


class MySQL(Server):
    """A MySQL 9: the one of the PATH, or of the installed tree that TERP_SEED_MYSQL_TREE names.

    A tree is a Debian of its own, because MySQL and MariaDB cannot be installed side by side; its server runs with the
    tree's own loader and libraries.
    """

    kind = "mysql"
    without_tls = "--tls-version="
    options = ("--mysqlx=OFF", "--secure-file-priv=NULL", "--sql-require-primary-key=ON", "--performance-schema=OFF")

    def program(self) -> list[str]:
        if tree := self.installed_tree():
            loader, libraries = next(tree.glob("usr/lib*/ld-linux*.so.*")), ":".join(map(str, tree.glob("usr/lib/*-linux-gnu")))
            share = tree / "usr/share/mysql"
            places = [f"--basedir={tree}/usr", f"--lc-messages-dir={share}", f"--character-sets-dir={share}/charsets"]
            plugins = f"--plugin-dir={tree}/usr/lib/mysql/plugin"
            return [str(loader), "--library-path", libraries, str(tree / "usr/sbin/mysqld"), "--no-defaults", *places, plugins]
        found = shutil.which("mysqld")
        if found is None or "MariaDB" in subprocess.run([found, "--version"], capture_output=True, text=True).stdout:
            unavailable("No MySQL on the PATH and none in TERP_SEED_MYSQL_TREE: nothing was tested on a private one")
        return [found, "--no-defaults"]

    @staticmethod
    def installed_tree() -> Path | None:
        """Return the tree that TERP_SEED_MYSQL_TREE names, if it has a server."""
        tree = Path(os.environ.get("TERP_SEED_MYSQL_TREE", "/nowhere"))
        return tree if (tree / "usr/sbin/mysqld").exists() else None

    def initialize(self) -> None:
        subprocess.run(
            [*self.program(), self._user, self._data, *self.options, "--initialize-insecure"], check=True, capture_output=True
        )


KINDS: dict[str, type[Server]] = {server.kind: server for server in (MariaDB, MySQL)}
