"""Runs of the real commands in processes of their own, to be killed, cut off, or started many at a time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.support import PROJECT, VARIABLES, Database


def start(database: Database, *command: str, **variables: str) -> subprocess.Popen[str]:
    """Start `terp-seed` or `alembic` on a database."""
    environment = {key: value for key, value in os.environ.items() if key not in VARIABLES}
    return subprocess.Popen(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        env={**environment, "DATABASE_URL": database.url, **variables},
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_after(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill a process after some time; tell whether it was still running."""
    time.sleep(seconds)
    running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return running


# A sitecustomize module for a killed run: it counts the statements of the driver and kills its own process, as SIGKILL
# would, just before or just after the one with the given number.
SUICIDE = """
import os, signal
def _install():
    number = int(os.environ["KILL_AT"])
    after = os.environ["KILL_SIDE"] == "after"
    seen = 0
    def counted(call):
        def wrapper(self, *args, **kwargs):
            nonlocal seen
            seen += 1
            if seen == number and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(self, *args, **kwargs)
            if seen == number and after:
                os.kill(os.getpid(), signal.SIGKILL)
            return result
        return wrapper
    import sqlalchemy
    from sqlalchemy.engine.default import DefaultDialect
    for name in ("do_execute", "do_execute_no_params", "do_commit"):
        setattr(DefaultDialect, name, counted(getattr(DefaultDialect, name)))
if "KILL_AT" in os.environ:
    _install()
"""
