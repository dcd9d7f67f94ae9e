"""A connection pooler of the tests: PgBouncer in front of a PostgreSQL, in transaction mode or in session mode."""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from tests import servers
from tests.support import Database


@contextlib.contextmanager
def pooled(database: Database, mode: str, *, sessions: int = 3, settings_of_turns: str = "") -> Iterator[Database]:
    """Yield a database as it is seen through a pooler with some sessions."""
    program = shutil.which("pgbouncer")
    if program is None:
        servers.unavailable("No pgbouncer on the PATH (apt-get install pgbouncer): no pooler was tested")
    url, port = make_url(database.url), servers.free_port()
    with tempfile.TemporaryDirectory(prefix="terp-seed-pooler-") as folder:
        settings = Path(folder) / "pgbouncer.ini"
        settings.parent.chmod(0o755)
        settings.write_text(
            f"[databases]\n* = host={url.host} port={url.port} user={url.username}\n"
            f"[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port={port}\nauth_type=any\npool_mode={mode}\n"
            f"default_pool_size={sessions}\n{settings_of_turns}"
            "unix_socket_dir=\nignore_startup_parameters=extra_float_digits,options\n"
        )
        command = [*servers.PostgreSQL.as_owner(), program, "--quiet", str(settings)]  # it refuses to run as root
        process = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.05)
            yield Database(url.set(port=port).render_as_string(hide_password=False), database.kind)
        finally:
            process.terminate()
            process.wait(20)
