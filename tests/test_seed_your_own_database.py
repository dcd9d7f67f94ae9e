"""The promise: docs/seed-your-own-database.md is run as it stands there, files and commands, and shows what they print."""

import re
import sys
from pathlib import Path

from tests.documents import Shell, blocks, compare
from tests.support import AS_TO_A_PERSON, PROJECT

DOCUMENT = PROJECT / "docs" / "seed-your-own-database.md"


def _normal(text: str) -> str:
    return re.sub(r" +\d\.\d\d$", " SECONDS", text, flags=re.MULTILINE)


def test_the_page_is_what_happens(tmp_path: Path) -> None:
    with Shell(tmp_path, {**AS_TO_A_PERSON, "PYTHONDONTWRITEBYTECODE": "1"}) as shell:
        shell.run(f"PATH={Path(sys.executable).parent}:$PATH")
        for block in blocks(DOCUMENT):
            if block.kind != "console":
                (tmp_path / block.name).write_text(block.text)
                continue
            for command, shown in block.commands():
                compare(shown, shell.run(command), _normal, f"{DOCUMENT.name}:{block.line}: {command}")


def test_the_first_pages_lead_there() -> None:
    links = re.findall(r"\]\((docs/[^)#]+)", (PROJECT / "README.md").read_text())
    assert "docs/seed-your-own-database.md" in links[:2]
