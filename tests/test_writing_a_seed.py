"""The promise: docs/writing-a-seed.md is run as it stands there, its files and its commands, and shows what they print."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.documents import Block, Shell, blocks, compare
from tests.programs import PROGRAMS
from tests.support import AS_TO_A_PERSON, PROJECT, Database

DOCUMENT = PROJECT / "docs" / "writing-a-seed.md"
BLOCKS = blocks(DOCUMENT)
OWN_SCHEMA = next(number for number, block in enumerate(BLOCKS) if block.name == "alembic.ini")


def _run(found: list[Block], folder: Path, url: str) -> None:
    """Write the files and run the commands of a part of the document, in its order."""

    def normal(text: str) -> str:
        return re.sub(r" +\d\.\d\d$", " SECONDS", text.replace(str(folder), "$HERE"), flags=re.MULTILINE)

    with Shell(folder, {**AS_TO_A_PERSON, "DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": "1"}) as shell:
        shell.run(f"PATH={PROGRAMS}:$PATH")
        for block in found:
            if block.kind == "console":
                for command, shown in block.commands():
                    compare(shown, shell.run(command), normal, f"{DOCUMENT.name}:{block.line}: {command}")
            else:
                assert block.name, block
                (folder / block.name).parent.mkdir(parents=True, exist_ok=True)
                (folder / block.name).write_text(block.text)


def test_a_later_revision(tmp_path: Path, terp: Database) -> None:
    for name in ("seeds", "migrations"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "alembic.ini", tmp_path)
    terp.seed("upgrade", "head")
    _run(BLOCKS[:OWN_SCHEMA], tmp_path, terp.url)


def test_an_own_schema(tmp_path: Path) -> None:
    _run(BLOCKS[OWN_SCHEMA:], tmp_path, "sqlite:///unused.db")
    assert not (tmp_path / "unused.db").exists()


def test_code_in_the_document_is_formatted_as_ours(tmp_path: Path) -> None:
    for block in BLOCKS:
        if block.kind == "python":
            (tmp_path / Path(block.name).name).write_text(block.text)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    ran = subprocess.run(
        [PROGRAMS / "ruff", "format", "--check", "--no-cache", tmp_path], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran
