"""The promise: a script has the same bytes, whichever process, hash seed and supported version of a library prints it."""

import hashlib
import os
import subprocess
import sys

import pytest

from tests.support import PROJECT

# of size x2 as of 2026-03-01, with the 0.1.0 that is not released yet: a change of what scripts say changes these
GOLDEN = {
    ("mysql://root@127.0.0.1/terp", "upgrade head"): "1e9c15d2fdca67518b7dea9e4fb2aa9275201c34c50caf03a59baaf5d39f5ef2",
    ("mysql://root@127.0.0.1/terp", "downgrade head:base"): "c714c5013c6eff9d2cb9622b6adbfd4227581cc04f0eb9190e7f107dde4c63c3",
    ("sqlite:///terp.db", "upgrade head"): "be9f914864f33640436d68f6de39d3262224799a0566eb21937cb1ef5ad404c1",
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
