"""The promise: a script has the same bytes, whichever process, hash seed and supported version of a library prints it."""

import hashlib
import os
import subprocess
import sys

import pytest

from tests.support import PROJECT

# of size x2 as of 2026-03-01, with the 0.1.0 that is not released yet: a change of what scripts say changes these
GOLDEN = {
    ("mysql://root@127.0.0.1/terp", "upgrade head"): "60b827d2ba9fa9c3035ca7818c1fb557868c323e120fc30a49407e9d96edcf91",
    ("mysql://root@127.0.0.1/terp", "downgrade head:base"): "04af962e2a9ed53076661a75219ffe83b18c8ad3b9d4cf6d98d1d03302393138",
    ("sqlite:///terp.db", "upgrade head"): "8652b4ef48e1acd17799981d41470f26ec774206deaf174f783a3a5239c0548d",
    ("sqlite:///terp.db", "downgrade head:base"): "b596322c7cb22e215ced2a096c996de360a96be7a03fbd21c27c70820db6ee8b",
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
