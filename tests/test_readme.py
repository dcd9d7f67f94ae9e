"""The README shows what `make seed` prints, names every command, and its links lead somewhere."""

import re
import sys
from pathlib import Path

import pytest

from terp_seed.cli.entry import main
from tests.documents import Shell, blocks, compare
from tests.support import PROJECT

README = (PROJECT / "README.md").read_text()
PAGES = sorted(path.relative_to(PROJECT).as_posix() for path in [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")])


def _commands_of_make_seed() -> list[str]:
    """Return what `make seed` runs and says, without the virtualenv that it makes."""
    makefile = (PROJECT / "Makefile").read_text()
    exports = re.findall(r"^seed: export (\w+) := (.*)$", makefile, re.MULTILINE)
    recipe = re.findall(
        r"^\t@\$\(BIN\)/(.*)$", makefile.partition("\nseed: .venv/installed\n")[2].partition("\n\n")[0], re.MULTILINE
    )
    assert len(recipe) == 4
    return [*(f"export {name}={value}" for name, value in exports), *recipe]


def test_make_seed_prints_what_is_shown(tmp_path: Path) -> None:
    ((command, shown),) = next(block for block in blocks(PROJECT / "README.md") if block.kind == "console").commands()
    assert command == "make seed"
    with Shell(tmp_path, {}) as shell:
        shell.run(f"PATH={Path(sys.executable).parent}:$PATH; terp-seed init")
        printed = "".join(map(shell.run, _commands_of_make_seed()))
    compare(shown, printed, lambda text: re.sub(r" +\d+\.\d\d$", " SECONDS", text, flags=re.MULTILINE), "README.md: make seed")


def test_every_command_is_named() -> None:
    assert set(re.findall(r"^\| `terp-seed (\w+)` \|", README, re.MULTILINE)) == set(main.commands)


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 130


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (PROJECT / page).read_text()
    for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        assert link.startswith("https://") or ((PROJECT / page).parent / link).exists(), link
    if page != "README.md":
        name = page.removeprefix("docs/")
        assert f"docs/{name}" in README, "every page can be reached from the README"
