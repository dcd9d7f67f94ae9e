"""Names: the names of a project's own objects in a database (lock, ledger, version table, lease), and of its tables' key columns.

Projects with different names can seed the same database, and none sees another's records.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from terp_seed.errors import BadSetting
from terp_seed.model.row_key import ListedKey

# valid in every database, whatever its letter-case settings; at most 60, because the version table's key is called NAME_pkc
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Names:
    """Names are the object names of one project. Raises BadSetting for a name that some database does not accept."""

    lock: str
    ledger: str
    version_table: str
    lease: str
    row_keys: str
    keys: Mapping[str, str] = field(default_factory=dict, hash=False)  # by seed table: its key column, if that is not `id`
    listed: Mapping[str, ListedKey] = field(default_factory=dict, hash=False)  # by seed table, where keys are listed
    bound: frozenset[str] = frozenset()  # seed tables whose rows must refer to rows of the table itself, if only to themselves
    late: frozenset[str] = frozenset()  # seed tables whose keys name their sequence in a text, as dumps of old servers do

    def __post_init__(self) -> None:
        for name in _OBJECTS:
            require_name(f"the project's {name}", getattr(self, name))
        if len({self.ledger, self.version_table, self.lease, self.row_keys}) < 4:
            raise BadSetting(
                f"Two of the project's own tables have the same name: ledger {self.ledger}, version_table {self.version_table}, "
                f"lease {self.lease}, row_keys {self.row_keys}. Expected four different names."
            )

    @classmethod
    def of(
        cls,
        project: str,
        keys: Mapping[str, str] | None = None,
        listed: Mapping[str, ListedKey] | None = None,
        bound: frozenset[str] = frozenset(),
        late: frozenset[str] = frozenset(),
        **given: str | None,
    ) -> "Names":
        """Derive the names from a project's name, except those that are given."""
        made = {name: f"{project}_seed_{name.removesuffix('_table')}" for name in _OBJECTS}
        return cls(
            **(made | {object_: name for object_, name in given.items() if name is not None}),
            keys=keys or {},
            listed=listed or {},
            bound=bound,
            late=late,
        )

    def key_of(self, table: str) -> str:
        """Return the name of the key column of a table whose rows are numbered."""
        return self.keys.get(table, "id")

    def key_columns(self, table: str) -> tuple[str, ...]:
        """Return the names of a table's key columns."""
        return self.listed[table].columns if table in self.listed else (self.key_of(table),)


_OBJECTS = [each.name for each in fields(Names) if each.name not in ("keys", "listed", "bound", "late")]


def require_name(what: str, name: object) -> None:
    """Raise BadSetting for a name that some database does not accept; `what` describes its owner for the message."""
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise BadSetting(
            f"{what[0].upper()}{what[1:]} is called {name!r}: expected up to 60 lowercase letters, digits and underscores, "
            "starting with a letter."
        )
