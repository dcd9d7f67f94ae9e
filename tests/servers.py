"""Private database servers for the tests: each in a folder and on a port of its own, gone when the tests are.

A Server is killed, given other options, and started again on the same data, which the servers of TERP_SEED_TEST_URLS are not.
"""

import contextlib
import fcntl
import getpass
import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import weakref
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
    """A Server is one private server of a database; it is not running until it is started."""

    kind: str
    without_tls: str  # the option that starts it so
    options: tuple[str, ...] = ()

    def __init__(self, folder: Path, *options: str) -> None:
        """Make a server in a folder; the options hold at every start, and already for the making of its data."""
        self.folder, self.port = folder, free_port()
        self.options = (*self.options, *options)
        self._process: subprocess.Popen[bytes] | None = None
        self.initialize()

    @abstractmethod
    def initialize(self) -> None:
        """Make the data folder, with an administrator who needs no password."""

    @abstractmethod
    def command(self, host: str) -> list[str]:
        """Return what starts the server, without the options of a test."""

    @property
    @abstractmethod
    def url(self) -> str:
        """The server's address, without a database name."""

    @property
    def log(self) -> Path:
        """The file of the server's log."""
        return self.folder / "log.err"

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        assert self._process is not None
        return self._process.pid

    def processes(self) -> list[int]:
        """Return the numbers of all processes of the server, its own first."""
        return [self.pid]

    @property
    def dead(self) -> bool:
        """Tell whether the process has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def start(self, *options: str, host: str = "127.0.0.1") -> None:
        """Start the server, and wait until it answers."""
        self._process = self.launch([*self.command(host), *self.options, *options])
        for _ in range(1200):
            if self._process.poll() is not None:
                break
            if self.answers(host):
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.kind} did not answer on port {self.port}: {self.log.read_text()[-2000:]}")

    def launch(self, command: list[str]) -> "subprocess.Popen[bytes]":
        """Start the server's process."""
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers(self, host: str) -> bool:
        """Tell whether the server takes connections."""
        with contextlib.suppress(OSError), socket.create_connection((host, self.port), timeout=1):
            return True
        return False

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


class _OfMySQL(Server):
    """A server that understands the options of MySQL."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._user, self._data = f"--user={getpass.getuser()}", f"--datadir={folder / 'data'}"
        # a server that starts deletes the temporary tables of every server that it shares this folder with
        temporary = folder.with_name(f"{folder.name}-tmp")
        temporary.mkdir()
        self._tmpdir = f"--tmpdir={temporary}"
        super().__init__(folder, *options)

    @abstractmethod
    def program(self) -> list[str]:
        """Return the command that starts the server, without options."""

    def command(self, host: str) -> list[str]:
        command = [*self.program(), self._user, self._data, self._tmpdir, f"--port={self.port}", f"--bind-address={host}"]
        command += [f"--socket={self.folder}/s.sock", f"--pid-file={self.folder}/pid", f"--log-error={self.log}"]
        return [
            *command,
            "--innodb-buffer-pool-size=128M",
            "--innodb-flush-log-at-trx-commit=2",
            "--skip-log-bin",
            "--local-infile=OFF",
        ]

    @property
    def url(self) -> str:
        return f"mysql://root@127.0.0.1:{self.port}/"


class MariaDB(_OfMySQL):
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


class MySQL(_OfMySQL):
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


class PostgreSQL(Server):
    """The newest PostgreSQL of this machine. It refuses to run as root, who starts it as another user.

    Its options are written as for the others, --fsync=on, and the later one of two counts.
    """

    kind = "postgresql"
    without_tls = "--ssl=off"
    options = (
        *("--max-connections=200", "--shared-buffers=128MB", "--log-min-messages=warning"),
        *("--fsync=off", "--full-page-writes=off"),  # a commit survives the end of the processes, not of the machine
    )

    @staticmethod
    def programs() -> Path:
        """Return the folder of PostgreSQL's programs."""
        installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
        if found := shutil.which("postgres"):
            installed.append(Path(found).parent)
        if not installed:
            unavailable("No PostgreSQL in /usr/lib/postgresql or on the PATH: nothing was tested on it")
        # Debian has each version in a folder of its number
        return max(installed, key=lambda path: int(path.parent.name) if path.parent.name.isdecimal() else 0)

    def initialize(self) -> None:
        program = str(self.programs() / "initdb")
        self.sockets = self._own_folder()  # the path of a socket is short
        self.data = (self.folder if self._reaches(self.folder) else self.sockets) / "data"
        self.data.mkdir(mode=0o700)
        self._give(self.data)
        made = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run([*self.as_owner(), program, f"--pgdata={self.data}", *made], check=True, capture_output=True, cwd="/")

    def command(self, host: str) -> list[str]:
        place = [f"--port={self.port}", f"--listen-addresses={host}", f"--unix-socket-directories={self.sockets}"]
        return [*self.as_owner(), str(self.programs() / "postgres"), "-D", str(self.data), *place]

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/"

    def launch(self, command: list[str]) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd="/")

    def answers(self, host: str) -> bool:
        """Tell whether the server says that it is ready: it listens some time before it has recovered."""
        lines: list[str] = []
        with contextlib.suppress(OSError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        return len(lines) > 7 and (lines[0].strip(), lines[7].strip()) == (str(self.pid), "ready")

    def kill(self) -> None:
        """Kill all of the server's processes as a power cut would, and wait for their end."""
        super().kill()
        while children := self.processes()[1:]:
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    def processes(self) -> list[int]:
        """Return also those that outlive the first one: each works in the data folder."""
        found = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if Path("/proc", number, "cwd").readlink() == self.data:
                    found.append(int(number))
        return [self.pid, *(pid for pid in found if pid != self.pid)]

    def stop(self) -> None:
        """Shut the server down, without waiting for its clients."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(120)

    def rules(self, *lines: str) -> str:
        """Return the option that starts the server with these lines as its pg_hba.conf."""
        file = self.data / f"hba-{hashlib.sha256(repr(lines).encode()).hexdigest()[:8]}.conf"
        file.write_text("".join(f"{line}\n" for line in lines))
        self._give(file)
        return f"--hba-file={file}"

    def tls_options(self, certificate: Path, key: Path, authority: Path) -> tuple[str, ...]:
        """Return what the server is started with to show this certificate; it reads copies of the files."""
        options = ["--ssl=on"]
        for name, path in (("cert", certificate), ("key", key), ("ca", authority)):
            copy = self.data / path.name
            copy.write_bytes(path.read_bytes())
            copy.chmod(0o600)
            self._give(copy)
            options.append(f"--ssl-{name}-file={copy}")
        return tuple(options)

    def _own_folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="terp-seed-pg-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        self._give(folder)
        return folder

    @staticmethod
    def owner() -> pwd.struct_passwd | None:
        """Return the user whose processes the server's are, or None if that may be ourselves."""
        if os.geteuid():
            return None
        names = {user.pw_name for user in pwd.getpwall()}
        return pwd.getpwnam("postgres" if "postgres" in names else "nobody")

    @classmethod
    def as_owner(cls) -> list[str]:
        """Return what a command begins with that is to run as that user."""
        owner = cls.owner()
        return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"] if owner else []

    def _give(self, path: Path) -> None:
        if owner := self.owner():
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def _reaches(self, folder: Path) -> bool:
        """Tell whether the owner may go to a folder: root's temporary ones are root's alone."""
        return not self.owner() or all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


OF_MYSQL: dict[str, type[Server]] = {server.kind: server for server in (MariaDB, MySQL)}
KINDS: dict[str, type[Server]] = {**OF_MYSQL, PostgreSQL.kind: PostgreSQL}
