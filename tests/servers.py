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


@contextlib.contextmanager
def mariadb(*options: str, host: str = "127.0.0.1") -> Iterator[str]:
    """Start a MariaDB server in a temporary folder and yield its URL, without a database name."""
    server = shutil.which("mariadbd") or shutil.which("mysqld")
    if server is None:
        raise RuntimeError("No mariadbd on the PATH: expected one. `make test` installs it (apt-get install mariadb-server).")
    with tempfile.TemporaryDirectory(prefix="terp-seed-mariadb-", dir="/tmp") as folder:
        data = Path(folder, "data")
        user = f"--user={getpass.getuser()}"
        subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                user,
                f"--datadir={data}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            check=True,
            capture_output=True,
        )
        port = free_port()
        process = subprocess.Popen(
            [
                *(server, "--no-defaults", user, f"--datadir={data}", f"--port={port}", f"--bind-address={host}"),
                *(f"--socket={folder}/s.sock", f"--pid-file={folder}/pid", "--innodb-buffer-pool-size=256M"),
                *(
                    "--innodb-flush-log-at-trx-commit=2",
                    "--skip-log-bin",
                    "--local-infile=OFF",
                    f"--log-error={folder}/log",
                    *options,
                ),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(host, port, process, Path(folder, "log"))
            yield f"mysql://root@{f'[{host}]' if ':' in host else host}:{port}/"
        finally:
            process.terminate()
            process.wait(30)


def _wait(host: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"MariaDB ended at its start: {log.read_text()[-2000:]}")
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"MariaDB did not answer on port {port}: {log.read_text()[-2000:]}")
