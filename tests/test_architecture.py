"""Imports point one way, from the command line down to the model, and nothing back."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from terp_seed.terp.schema import METADATA
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


# each room imports from those below it only, and TERP's own tables, which stand beside them, from the model
ROOMS = (
    ("cli",),
    ("app",),
    ("runtime", "review", "op"),
    ("scripts", "execution"),
    ("inference",),
    ("checks",),
    ("rows",),
    ("revisions", "backends"),
    ("sql", "masking"),
    ("settings",),
    ("variables", "columns"),
    ("model",),
    ("errors",),
)
FLOORS = {room: floor for floor, rooms in enumerate(reversed(ROOMS)) for room in rooms}


def room_of(module: str) -> str:
    """Return the room of a module of the package, by its dotted name."""
    return module.split(".")[1]


def arrows() -> set[tuple[str, str]]:
    """Return which module of the package imports which."""
    names = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in MODULES}
    found = set()
    for path in MODULES:
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if module in ("terp_seed", "terp_seed.__main__"):  # the front doors
            continue
        imported = imports_of(PROJECT / path) & names
        # `from room import module` is of the module, and not of what the room's own __init__ has
        imported -= {name.rpartition(".")[0] for name in imported} - {name for name in imported if "." not in name}
        found |= {(module, other) for other in imported if other not in (module, "terp_seed")}
    return found


def test_imports_point_down() -> None:
    up = {
        (module, other)
        for module, other in arrows()
        if "terp" not in (room_of(module), room_of(other))
        if room_of(module) != room_of(other) and FLOORS[room_of(module)] <= FLOORS[room_of(other)]
    }
    assert up == set()


def test_terp_knows_the_model_and_nobody_knows_terp() -> None:
    of_terp = {other for module, other in arrows() if room_of(module) == "terp" and room_of(other) != "terp"}
    assert {room_of(other) for other in of_terp} == {"model", "errors"}
    assert {module for module, other in arrows() if room_of(other) == "terp" and room_of(module) != "terp"} == set()


BACKENDS = ("mysql", "postgresql", "sqlite")
KINDS = {"mysql", "mariadb", "sqlite", "postgresql"}
# a name that Alembic needs before there is a database, and the file that a planned review seeds for itself
OWN_SQLITE = ("terp_seed/runtime/runner.py", "terp_seed/review/scratch.py")


def test_only_backends_ask_which_database_is_used() -> None:
    for module, other in arrows():
        if other.startswith(tuple(f"terp_seed.backends.{name}" for name in BACKENDS)):
            kind = ".".join(other.split(".")[:3])
            assert module.startswith(kind) or module == "terp_seed.backends.registry", (module, other)
    for path in MODULES:
        if path.startswith("terp_seed/backends/"):
            continue
        words = {node.value for node in ast.walk(ast.parse((PROJECT / path).read_text())) if isinstance(node, ast.Constant)}
        assert not words & KINDS or path in OWN_SQLITE, (path, words & KINDS)


@pytest.mark.parametrize("module", [m for m in MODULES if not m.startswith("terp_seed/terp/schema")])  # lists of columns
def test_a_module_can_be_held_in_the_head(module: str) -> None:
    assert len((PROJECT / module).read_text().splitlines()) <= 250


@pytest.mark.parametrize("module", MODULES)
def test_a_function_takes_six_things_at_most(module: str) -> None:
    text = (PROJECT / module).read_text()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            signature = text.splitlines()[node.lineno - 1 : node.body[0].lineno]
            has_reason = any("  # " in line for line in signature)
            assert len([name for name in names if name not in ("self", "cls")]) <= 6 or has_reason, node.name


@pytest.mark.parametrize("module", [m for m in MODULES if not m.endswith("alembic_internals.py")])
def test_private_names_of_alembic_stand_in_one_module(module: str) -> None:
    tree = ast.parse((PROJECT / module).read_text())
    own = {"self", "cls", "plan", "os", "super", "parent", "make"}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr)]
    assert not [ast.unparse(node) for node in names if not (isinstance(node.value, ast.Name) and node.value.id in own)]


def test_no_circle() -> None:
    below: dict[str, set[str]] = {}
    for module, other in arrows():
        below.setdefault(module, set()).add(other)
    TopologicalSorter(below).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("module", [m for m in MODULES if "/terp/" in m])
def test_tables_know_each_others_figures_but_not_rows(module: str) -> None:
    assert not {name for name in _mentions(module, "terp_seed.terp.") if name.endswith(".rows")}


@pytest.mark.parametrize("module", [m for m in MODULES if not m.startswith("terp_seed/cli/")])
def test_click_is_the_command_lines(module: str) -> None:
    assert not _mentions(module, "click")


def test_the_page_is_of_any_tables() -> None:
    for asset in (PACKAGE / "review" / "assets").iterdir():
        words = set(re.findall(r"[a-z]+", asset.read_text().lower()))
        assert not words & set(METADATA.tables), asset.name


def test_only_review_command_imports_review_and_drawing_libraries() -> None:
    drawing = ("terp_seed.review", "jinja2", "markupsafe", "pygal", "pygments")
    outside = [m for m in MODULES if "/review/" not in m]
    assert {m for m in outside if _mentions(m, *drawing)} == {"terp_seed/app/reviews.py"}
    at_the_top = {
        node.module for node in ast.parse((PACKAGE / "app" / "reviews.py").read_text()).body if isinstance(node, ast.ImportFrom)
    }
    assert "terp_seed.review" not in at_the_top


def test_command_line_knows_neither_sql_nor_alembic_commands() -> None:
    text = (PACKAGE / "cli" / "entry.py").read_text()
    assert "SELECT" not in text
    assert not _mentions("terp_seed/cli/entry.py", "alembic.command", "alembic.config", "sqlalchemy.engine")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_opens_with_what_it_owns(module: str) -> None:
    assert ast.get_docstring(ast.parse((PROJECT / module).read_text()))


def test_test_names_have_eight_words_at_most() -> None:
    names = re.findall(
        r"^def (test_\w+)", "\n".join(path.read_text() for path in (PROJECT / "tests").rglob("*.py")), re.MULTILINE
    )
    assert len(names) > 600
    assert [name for name in names if len(name.split("_")) > 9] == []
