"""The promise: what docs/api.md has is what may be imported, and its examples are true."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import terp_seed
from tests.documents import blocks
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "api.md"
EXAMPLES = [block.text for block in blocks(PAGE) if block.kind == "python"]


def test_the_page_has_every_name_and_no_other() -> None:
    headings = [line.removeprefix("### ") for line in PAGE.read_text().splitlines() if line.startswith("### ")]
    assert sorted(headings) == sorted(terp_seed.__all__)
    assert len(EXAMPLES) == len(headings)


def test_every_name_exists_and_wrong_name_is_reported() -> None:
    for name in terp_seed.__all__:
        assert getattr(terp_seed, name) is not None
    assert set(terp_seed.__all__) <= set(dir(terp_seed))
    with pytest.raises(AttributeError, match="no attribute 'Sead': expected one of Adopted, "):
        terp_seed.Sead  # noqa: B018


def test_its_examples_are_true() -> None:
    namespace: dict[str, object] = {}
    for example in EXAMPLES:
        exec(example, namespace)
    assert namespace["PROJECT"].catalog["books"].count(10) == 80


def test_its_examples_pass_a_strict_type_checker(tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text("\n\n".join(EXAMPLES))
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "/dev/null", "library.py"]
    ran = subprocess.run(command, cwd=tmp_path, env={**os.environ, "MYPYPATH": str(PROJECT)}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


def test_a_name_is_imported_when_it_is_used() -> None:
    has = "'sqlalchemy' in sys.modules"
    program = f"import sys, terp_seed; assert not {has}; terp_seed.SeedTable; assert {has}"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
