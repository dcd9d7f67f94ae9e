"""Projects: the tables that a team seeds, and what it declares about its database.

Every command finds the project by `[seed] project = package.module:PROJECT` in alembic.ini.
"""

import importlib
from dataclasses import dataclass
from functools import cached_property

from terp_seed.errors import SeedError
from terp_seed.model.chart_spec import ChartSpec
from terp_seed.model.names import Names, require_name
from terp_seed.model.references import Derived, Reference
from terp_seed.model.row_key import names_late
from terp_seed.model.table import Catalog, SeedTable


@dataclass(frozen=True)
class Project:
    """A Project is the seed tables of a database, parents first, and the version of their generators.

    `terp-seed review` draws the `charts`; `references` are columns that hold ids without a foreign key, `derived` tables whose
    rows an application writes by itself. The names of the lock and of the project's own tables are derived from `name`, unless
    they are given here. Raises BadSetting for a name that some database does not accept.
    """

    tables: tuple[SeedTable, ...]
    generator_version: int
    name: str
    charts: tuple[ChartSpec, ...] = ()
    references: tuple[Reference, ...] = ()
    derived: tuple[Derived, ...] = ()
    lock: str | None = None
    ledger: str | None = None
    version_table: str | None = None
    lease: str | None = None
    row_keys: str | None = None

    def __post_init__(self) -> None:
        require_name("the project", self.name)
        assert self.names

    @cached_property
    def names(self) -> Names:
        """Return the names of the project's own objects in a database, and of its tables' keys."""
        given = {
            "lock": self.lock,
            "ledger": self.ledger,
            "version_table": self.version_table,
            "lease": self.lease,
            "row_keys": self.row_keys,
        }
        parts = [part for table in self.tables for part in table.parts]
        keys = {part.name: part.key for part in parts if part.listed is None and part.key != "id"}
        listed = {part.name: part.listed for part in parts if part.listed is not None}
        late = frozenset(part.name for part in parts if part.listed is None and names_late(part.table.columns[part.key]))
        bound = frozenset(part.name for part in parts if _is_bound(part))
        return Names.of(self.name, keys, listed, bound, late, **given)

    @cached_property
    def catalog(self) -> Catalog:
        """Return the tables with their companions, in foreign-key order."""
        return Catalog(self.tables, self.generator_version, self.names, self.references, self.derived)

    @classmethod
    def load(cls, place: str, where: str) -> "Project":
        """Import the project at `place`, which is `package.module:NAME`. Raises SeedError, whose message names `where`."""
        module, colon, name = place.partition(":")
        expected = "expected package.module:NAME, where NAME is a Project"
        if not (module and colon and name):
            raise SeedError(f"{where} has project = {place!r}: {expected}.")
        try:
            found = getattr(importlib.import_module(module), name)
        except SeedError:  # of a declaration, which may be an AttributeError too
            raise
        except ModuleNotFoundError as error:
            raise SeedError(
                f"{where} has project = {place!r}, but there is no module {error.name!r}: {expected}. Is its folder in "
                "prepend_sys_path?"
            ) from error
        except AttributeError as error:
            raise SeedError(f"{where} has project = {place!r}, but {error}: {expected}.") from error
        if not isinstance(found, cls):
            raise SeedError(f"{where} has project = {place!r}, which is a {type(found).__name__}: {expected}.")
        return found


def _is_bound(table: SeedTable) -> bool:
    """Tell whether a foreign key of a table to itself is NOT NULL."""
    return any(key.column.table is table.table and not key.parent.nullable for key in table.table.foreign_keys)
