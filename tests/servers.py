"""Private database servers for the tests: each in a folder and on a port of its own, gone when the tests are."""

import contextlib
import getpass
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MariaDB:
    """A MariaDB server in a folder of its own, which can be killed and started again on the same data."""

    def __init__(self, folder: Path, *options: str, host: str = "127.0.0.1") -> None:
        server = shutil.which("mariadbd")
        if server is None:
            raise RuntimeError("No mariadbd on the PATH: expected one. `make test` installs it (apt-get install mariadb-server).")
        self.host, self.port = host, free_port()
        self._log = folder / "log"
        user = f"--user={getpass.getuser()}"
        data = f"--datadir={folder / 'data'}"
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", user, data, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            capture_output=True,
        )
        self._command = [
            *(server, "--no-defaults", user, data, f"--port={self.port}", f"--bind-address={host}"),
            *(f"--socket={folder}/s.sock", f"--pid-file={folder}/pid", f"--log-error={self._log}"),
            *("--innodb-buffer-pool-size=256M", "--innodb-flush-log-at-trx-commit=2", "--skip-log-bin", "--local-infile=OFF"),
            *options,
        ]
        self.process = self.start()

    @property
    def url(self) -> str:
        """The server's address, without a database name."""
        return f"mysql://root@{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the server, and wait until it answers."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
                return self.process
            time.sleep(0.1)
        raise RuntimeError(f"MariaDB did not answer on port {self.port}: {self._log.read_text()[-2000:]}")

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Shut the server down."""
        self.process.terminate()
        self.process.wait(60)


@contextlib.contextmanager
def mariadb(*options: str, host: str = "127.0.0.1") -> Iterator[str]:
    """Start a MariaDB server in a temporary folder and yield its URL, without a database name."""
    with tempfile.TemporaryDirectory(prefix="terp-seed-mariadb-") as folder:
        server = MariaDB(Path(folder), *options, host=host)
        try:
            yield server.url
        finally:
            server.stop()
