"""The seed folder: where a project's generated files are, which tables have one, and how new ones are written.

A file of a table or a revision that exists is never changed; the list of tables is only added to.
"""

import importlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from terp_seed.errors import SeedError
from terp_seed.inference import project_module
from terp_seed.inference.files import Written
from terp_seed.model.table import SeedTable

_HERE = "tables"


@dataclass(frozen=True)
class SeedFolder:
    """A SeedFolder is the folder of one project: its root, its scripts, and the package of its tables."""

    root: Path
    scripts: Path
    package: str
    project: str | None  # the place of the project, as `module:NAME`

    @classmethod
    def of(cls, config: Config, scripts: ScriptDirectory) -> "SeedFolder":
        """Return the folder of a configuration. Raises SeedError if Python could not import a package in it."""
        root = Path(str(config.config_file_name)).resolve().parent
        folder = Path(scripts.dir).resolve()
        parts = folder.relative_to(root).parts if folder.is_relative_to(root) else ()
        if not parts or not all(part.isidentifier() for part in parts):
            raise SeedError(
                f"script_location is {folder}: expected a folder below {root} whose names Python can import, such as seeds. "
                "Nothing was written."
            )
        return cls(root, folder, ".".join((*parts, _HERE)), config.get_main_option("project"))

    @property
    def tables(self) -> Path:
        """Return the folder of the tables."""
        return self.scripts / _HERE

    def written(self) -> list[Written]:
        """Return the tables that have a file here."""
        if not (self.tables / "__init__.py").is_file():
            return []
        found = []
        for path in sorted(self.tables.glob("*.py")):
            if path.stem != "__init__":
                module = importlib.import_module(f"{self.package}.{path.stem}")
                found += [Written(one.name, path.stem) for one in vars(module).values() if isinstance(one, SeedTable)]
        return found

    def taken(self) -> set[str]:
        """Return the names of files that exist, as slugs."""
        return {path.stem for folder in (self.tables, self.scripts / "versions") for path in folder.glob("*.py")}

    def write(self, texts: Mapping[str, str], index: str, new: Sequence[Written], references: Sequence[str]) -> "Outcome":
        """Write files by path, then the list of tables, then the project module. Raises SeedError if that fails half-way."""
        done: list[str] = []
        for file in (self.scripts / "__init__.py", *(self.root / name for name in texts)):
            text = texts.get(str(file.relative_to(self.root)), "")
            if text or not file.exists():
                self._write(file, text, done)
        notes = self._add_to_index(index, new, references, done)
        notes += self._add_to_project(done)
        return Outcome(tuple(done), tuple(notes))

    def _write(self, path: Path, text: str, done: list[str], mode: str = "x") -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open(mode, encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise SeedError(
                f"{path} could not be written: {error.strerror}. Expected a folder that can be written to. Fix that, remove "
                f"{', '.join(done) or 'nothing'}, and run the same command again."
            ) from error
        done.append(str(path.relative_to(self.root)))

    def _add_to_index(self, text: str, new: Sequence[Written], references: Sequence[str], done: list[str]) -> list[str]:
        path = self.tables / "__init__.py"
        if not path.exists():
            self._write(path, text, done)
            return []
        imports = [f"from {self.package}.{table.slug} import {table.constant}  # noqa: E402" for table in new]
        old = path.read_text(encoding="utf-8")
        added = _added(old, imports, [table.constant for table in new], references)
        if added is None:
            return [f"{path.relative_to(self.root)} has been edited: add {line}" for line in (*imports, *references)]
        if added != old:
            self._write(path, added, done, "w")
        return []

    def _add_to_project(self, done: list[str]) -> list[str]:
        """Let an untouched project module name the tables. Return the lines to add to another one."""
        module = (self.project or "").partition(":")[0]
        path = self.root / f"{module.replace('.', '/')}.py"
        text = path.read_text(encoding="utf-8") if module and path.is_file() else ""
        if f"from {self.package} import" in text:
            return []
        filled = project_module.filled(text, self.package)
        if filled is None:
            return [
                f"add to {module or 'the module of the project'}: {line}" for line in project_module.lines_to_add(self.package)
            ]
        self._write(path, filled, done, "w")
        return []

    def path_of_table(self, slug: str) -> str:
        """Return the path of a table's file from the root."""
        return str((self.tables / f"{slug}.py").relative_to(self.root))

    def path_of_revision(self, slug: str) -> str:
        """Return the path of a revision's file from the root."""
        return str((self.scripts / "versions" / f"{slug}.py").relative_to(self.root))


@dataclass(frozen=True)
class Outcome:
    """An Outcome is the files that were written, in order, and what a person has to add by hand."""

    files: tuple[str, ...]
    notes: tuple[str, ...]


def _added(text: str, imports: Sequence[str], constants: Iterable[str], references: Sequence[str]) -> str | None:
    """Return a list of tables with new ones at its end; None if it does not look as it was written."""
    last = list(re.finditer(r"^from \S+ import \w+  # noqa: E402\n", text, re.MULTILINE))
    tables = re.search(r"^TABLES = \(\n(?:.*\n)*?\)\n", text, re.MULTILINE)
    declared = re.search(r"^REFERENCES: .* = \(\n(?:.*\n)*?\)\n", text, re.MULTILINE)
    if not last or tables is None or declared is None:
        return None
    lists = ((declared, references), (tables, constants))
    for found, new in sorted(lists, key=lambda one: one[0].end(), reverse=True):  # the later one first: places stay as found
        end = found.end() - len(")\n")
        text = text[:end] + "".join(f"    {line},\n" for line in new) + text[end:]
    place = last[-1].end()
    return text[:place] + "".join(f"{line}\n" for line in imports) + text[place:]
