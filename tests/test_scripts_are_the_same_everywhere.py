"""The promise: a script has the same bytes, whichever process, hash seed and supported version of a library prints it."""

import hashlib
import os
import subprocess
import sys

import pytest

from tests.support import PROJECT

# of size x2 as of 2026-03-01, with the 0.1.0 that is not released yet: a change of what scripts say changes these
POSTGRESQL = "postgresql://root@127.0.0.1/terp"
GOLDEN = {
    ("mysql://root@127.0.0.1/terp", "upgrade head"): "b1eaea4ccd6b4341ed1903040395936873edde7aa9514c04771c9f487dd3de2e",
    ("mysql://root@127.0.0.1/terp", "downgrade head:base"): "87d980f98f8ba587881d908317224e8b8472a30e610f34d73e674a87a106b33b",
    (POSTGRESQL, "upgrade head"): "146204b1fe34008352df1158433abe82f33ee7b04d56e055cb67a009640201de",
    (POSTGRESQL, "downgrade head:base"): "1cf04602ec82ebc009fb4e803e26ebbe59a8132ad703754cf7e74b83a276622a",
    ("sqlite:///terp.db", "upgrade head"): "41a42d33da39791fb772df3278c96dcf661fc3398e47a29e6698c41c0c2b2bf3",
    ("sqlite:///terp.db", "downgrade head:base"): "66e382b9f099d9ac6dd1c377e5524b5785320ab3f460bb4828605f2cab7126ea",
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
