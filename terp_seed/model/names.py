"""Names: what a project calls its own things in a database: its lock, its ledger, its version table, and its lease in a cluster.

Projects with different names seed one database beside each other, and none sees another's records.
"""

import re
from dataclasses import dataclass, fields

from terp_seed.errors import BadSetting

# what every database takes, in every setting of letter case; 60, for the key of the version table is called NAME_pkc
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Names:
    """Names are those of one project. Raises BadSetting for one that a database may not take."""

    lock: str
    ledger: str
    version_table: str
    lease: str

    def __post_init__(self) -> None:
        for field in fields(self):
            require_name(f"the project's {field.name}", getattr(self, field.name))
        if len({self.ledger, self.version_table, self.lease}) < 3:
            raise BadSetting(
                f"The project calls two of its own tables alike: ledger {self.ledger}, version_table {self.version_table}, lease "
                f"{self.lease}. Expected three names."
            )

    @classmethod
    def of(cls, project: str, **given: str | None) -> "Names":
        """Return the names that follow from a project's, but for those that are given."""
        made = {field.name: f"{project}_seed_{field.name.removesuffix('_table')}" for field in fields(cls)}
        return cls(**(made | {field: name for field, name in given.items() if name is not None}))


def require_name(what: str, name: object) -> None:
    """Raise BadSetting where a name is not one that every database takes."""
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise BadSetting(
            f"{what[0].upper()}{what[1:]} is called {name!r}: expected up to 60 small letters, digits and underscores, and a "
            "letter first."
        )
