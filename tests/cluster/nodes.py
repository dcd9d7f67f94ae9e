"""A Galera cluster of the tests: MariaDB nodes on loopback, which are started, killed and brought back."""

import contextlib
import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pymysql

from tests.servers import free_port

PROVIDERS = ("/usr/lib/galera/libgalera_smm.so", "/usr/lib64/galera-4/libgalera_smm.so", "/usr/lib/libgalera_smm.so")
# rsync's state transfer fails as root, so the servers of a root's tests run as the user that Debian's package made
USER = "mysql" if os.geteuid() == 0 else getpass.getuser()


class Node:
    """A Node is one server of the cluster, in a folder and on ports of its own."""

    def __init__(self, folder: Path, number: int) -> None:
        self.name = f"node{number}"
        self.port, self.group_port = free_port(), free_port()
        self._folder = folder / self.name
        self._folder.mkdir()
        # a server that starts deletes the temporary tables of every server that it shares this folder with
        tmpdir = self._folder / "tmp"
        tmpdir.mkdir()
        shutil.chown(tmpdir, USER)
        install = ("mariadb-install-db", "--no-defaults", f"--user={USER}", f"--datadir={self._folder / 'data'}")
        # a machine has room for so many servers with the kernel's asynchronous writes, and other tests have some too
        options = (
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--innodb-use-native-aio=OFF",
            f"--tmpdir={tmpdir}",
        )
        ran = subprocess.run([*install, *options], capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(f"{self.name} cannot be installed: {ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        shutil.chown(self._folder, USER)
        self._command = [
            *("mariadbd", "--no-defaults", f"--user={USER}", f"--datadir={self._folder / 'data'}", f"--port={self.port}"),
            *("--bind-address=127.0.0.1", f"--socket={self._folder / 's.sock'}", f"--pid-file={self._folder / 'pid'}"),
            f"--tmpdir={tmpdir}",
            *(f"--log-error={self._folder / 'log.err'}", "--innodb-buffer-pool-size=128M", "--innodb-flush-log-at-trx-commit=2"),
            *("--innodb-use-native-aio=OFF", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--local-infile=OFF"),
            *("--wsrep-on=ON", f"--wsrep-provider={provider()}", "--wsrep-cluster-name=terp", f"--wsrep-node-name={self.name}"),
            *("--wsrep-node-address=127.0.0.1", f"--wsrep-node-incoming-address=127.0.0.1:{self.port}"),
            *("--wsrep-sst-method=rsync", f"--wsrep-sst-receive-address=127.0.0.1:{free_port()}", "--wsrep-slave-threads=2"),
            "--wsrep-provider-options="
            + ";".join(
                [
                    f"gmcast.listen_addr=tcp://127.0.0.1:{self.group_port}",
                    f"ist.recv_addr=127.0.0.1:{free_port()}",
                    "gcache.size=256M",  # a node that was away for a moment gets what it missed, not everything
                ]
            ),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The node's address, without a database name."""
        return f"mysql://root@127.0.0.1:{self.port}/"

    def start(self, others: list["Node"], new: bool = False) -> None:
        """Start the node's server, without waiting for it."""
        addresses = ",".join(f"127.0.0.1:{node.group_port}" for node in others)
        joining = [f"--wsrep-cluster-address=gcomm://{addresses}", *(["--wsrep-new-cluster"] if new else [])]
        self._process = subprocess.Popen(
            [*self._command, *joining], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def wait_until_synced(self, size: int) -> None:
        """Wait until the node serves, in a cluster of so many nodes."""
        deadline, state = time.monotonic() + 90, {}
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            with contextlib.suppress(pymysql.MySQLError):
                state = self.status("wsrep_local_state_comment", "wsrep_cluster_size", "wsrep_ready")
                if list(state.values()) == ["Synced", str(size), "ON"]:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not join: {state}\n{(self._folder / 'log.err').read_text()[-3000:]}")

    def status(self, *names: str) -> dict[str, str]:
        """Return what the node says of itself, by the name of the status variable."""
        with contextlib.closing(pymysql.connect(host="127.0.0.1", port=self.port, user="root")) as connection:
            cursor = connection.cursor()
            cursor.execute("SHOW GLOBAL STATUS WHERE Variable_name IN %s", (names,))
            found = {str(name).lower(): str(value) for name, value in cursor.fetchall()}
        return {name: found[name] for name in names}

    def execute(self, *statements: str) -> None:
        """Run statements on the node, each committed at once."""
        with contextlib.closing(pymysql.connect(host="127.0.0.1", port=self.port, user="root", autocommit=True)) as connection:
            for statement in statements:
                connection.cursor().execute(statement)

    @property
    def is_up(self) -> bool:
        """Tell whether the node's process is there."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Kill the node as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)  # its state transfer too
        self._process.wait()

    def pause(self) -> None:
        """Stop the node's process where it is."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused node go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class Cluster:
    """A Cluster is three nodes that hold the same data."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [Node(folder, number) for number in (1, 2, 3)]
        first, *others = self.nodes
        first.start([], new=True)
        first.wait_until_synced(1)
        for joined, node in enumerate(others, 2):  # one after the other: a node gives its state to one other at a time
            node.start(self.nodes)
            node.wait_until_synced(joined)

    def rejoin(self, node: Node) -> None:
        """Start a node that was killed, and wait until it has caught up."""
        node.start([other for other in self.nodes if other is not node])
        node.wait_until_synced(len(self.nodes))
        self.wait_until_synced()

    def wait_until_synced(self) -> None:
        """Wait until all nodes serve together."""
        for node in self.nodes:
            node.wait_until_synced(len(self.nodes))

    def heal(self) -> None:
        """Bring back what a test that failed has left dead, or silent."""
        for node in self.nodes:
            if node.is_up:
                node.resume()
            else:
                self.rejoin(node)
        self.wait_until_synced()

    def kill(self) -> None:
        """End every node; nobody wants the data any more."""
        for node in self.nodes:
            if node.is_up:
                node.resume()
                node.kill()


def provider() -> str:
    """Return the path of Galera's library."""
    found = next(filter(os.path.exists, PROVIDERS), None)
    if found is None:
        raise RuntimeError(f"No {' or '.join(PROVIDERS)}: expected Galera's library. `make test-cluster` installs it (galera-4).")
    return found


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a cluster in a temporary folder, and end it."""
    with tempfile.TemporaryDirectory(prefix="terp-seed-cluster-") as name:
        folder = Path(name)
        shutil.chown(folder, USER)
        started = Cluster(folder)
        try:
            yield started
        finally:
            started.kill()
