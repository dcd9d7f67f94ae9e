"""Imports point one way: cli to commands to engine, tables to engine, and nothing back."""

import ast
import re
from pathlib import Path

import pytest

from terp_seed.tables.schema import METADATA
from tests.support import PROJECT

PACKAGE = PROJECT / "terp_seed"
MODULES = sorted(path.relative_to(PROJECT).as_posix() for path in PACKAGE.rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _mentions(path: str, *prefixes: str) -> set[str]:
    return {name for name in imports_of(PROJECT / path) if name.startswith(prefixes)}


@pytest.mark.parametrize("module", [m for m in MODULES if "/engine/" in m])
def test_the_engine_knows_neither_tables_nor_click(module: str) -> None:
    assert not _mentions(module, "terp_seed.tables", "terp_seed.cli", "terp_seed.commands", "terp_seed.console", "click")
    assert not _mentions(module, "terp_seed.review", "terp_seed.listener", "terp_seed.progress", "terp_seed.logs")


@pytest.mark.parametrize("module", [m for m in MODULES if "/tables/" in m])
def test_tables_import_the_engine_and_each_others_figures_only(module: str) -> None:
    assert not _mentions(
        module, "terp_seed.cli", "terp_seed.commands", "terp_seed.console", "click", "alembic", "terp_seed.review"
    )
    assert not {name for name in _mentions(module, "terp_seed.tables.") if name.endswith(".rows")}


@pytest.mark.parametrize("module", [m for m in MODULES if "/review/" in m])
def test_the_review_knows_the_engine_and_no_particular_tables(module: str) -> None:
    assert not _mentions(module, "terp_seed.tables", "terp_seed.cli", "terp_seed.commands", "terp_seed.console", "click")
    assert not _mentions(module, "alembic")


def test_the_page_is_of_any_tables() -> None:
    for asset in (PACKAGE / "review" / "assets").iterdir():
        words = set(re.findall(r"[a-z]+", asset.read_text().lower()))
        assert not words & set(METADATA.tables), asset.name


def test_only_its_own_command_imports_the_review_and_what_draws_it() -> None:
    drawing = ("terp_seed.review", "jinja2", "markupsafe", "pygal", "pygments")
    outside = [m for m in MODULES if "/review/" not in m]
    assert {m for m in outside if _mentions(m, *drawing)} == {"terp_seed/commands.py"}
    at_the_top = {
        node.module for node in ast.parse((PACKAGE / "commands.py").read_text()).body if isinstance(node, ast.ImportFrom)
    }
    assert "terp_seed.review" not in at_the_top


def test_settings_and_errors_import_nothing_of_ours_but_each_other() -> None:
    assert not _mentions("terp_seed/errors.py", "terp_seed")
    assert not [name for name in _mentions("terp_seed/settings.py", "terp_seed") if not name.startswith("terp_seed.errors")]


def test_the_command_line_knows_neither_sql_nor_alembics_commands() -> None:
    text = (PACKAGE / "cli.py").read_text()
    assert "SELECT" not in text
    assert not _mentions("terp_seed/cli.py", "alembic.command", "alembic.config", "sqlalchemy.engine")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_opens_with_what_it_owns(module: str) -> None:
    assert ast.get_docstring(ast.parse((PROJECT / module).read_text()))
