"""The promise: a script has the same bytes, whichever process, hash seed and supported version of a library prints it."""

import hashlib
import os
import subprocess
import sys

import pytest

from tests.support import PROJECT

# of size x2 as of 2026-03-01, with the 0.1.0 that is not released yet: a change of what scripts say changes these
GOLDEN = {
    ("mysql://root@127.0.0.1/terp", "upgrade head"): "99f425a38c5fb2e449dc277b99a435468845304e508978f36d0013a341f1b931",
    ("mysql://root@127.0.0.1/terp", "downgrade head:base"): "0c4d2b236ac0a560d45bc1684d14e3388677eca9e74bba7824f4e9ee3319e9ac",
    ("sqlite:///terp.db", "upgrade head"): "b88b25751d66b07cca24a805311bcb79b25a2c006678a4e5ab19d0dcddb58605",
    ("sqlite:///terp.db", "downgrade head:base"): "aee6ba187d3845c63ba1509129b1ddf89aeb1b641651acf769cbe096cc98a14e",
}


@pytest.mark.parametrize("hash_seed", ["0", "1"])
@pytest.mark.parametrize(("url", "move"), GOLDEN)
def test_a_script_has_the_recorded_digest(url: str, move: str, hash_seed: str) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "alembic", "-n", "seed", "-x", "size=x2", "-x", "as_of=2026-03-01", *move.split(), "--sql"],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": url, "PYTHONHASHSEED": hash_seed, "TERP_ENV": "development"},
        capture_output=True,
        check=True,
    ).stdout
    assert hashlib.sha256(printed).hexdigest() == GOLDEN[url, move]
