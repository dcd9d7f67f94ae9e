"""The promise: a script has the same bytes, whichever process, hash seed and supported version of a library prints it."""

import hashlib
import os
import subprocess
import sys

import pytest

from tests.support import PROJECT

# of size x2 as of 2026-03-01, with the 0.1.0 that is not released yet: a change of what scripts say changes these
GOLDEN = {
    ("mysql://root@127.0.0.1/terp", "upgrade head"): "2c5517d2aa14cc1851d0c50faa2938fd4ef78e27a51e2712356b90e8e613a01f",
    ("mysql://root@127.0.0.1/terp", "downgrade head:base"): "c714c5013c6eff9d2cb9622b6adbfd4227581cc04f0eb9190e7f107dde4c63c3",
    ("sqlite:///terp.db", "upgrade head"): "a2895ddbd7208f204a386406e8481cb4e8af4c2876e64969c247fb2121c38020",
    ("sqlite:///terp.db", "downgrade head:base"): "299ac563b273cc7c51fa17d34f504ab133269d1b98622c033e5b9020a5d7cc71",
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
