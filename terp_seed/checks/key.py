"""The key: a foreign key or other reference of the live database, and the SQL to search it."""

from collections.abc import Iterable
from dataclasses import dataclass

from terp_seed.revisions.block import Rows, within
from terp_seed.sql.dialect import Dialect

GRAVEST_FIRST = ("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION", "no key")


@dataclass(frozen=True)
class Key:
    """A Key is columns of one table that hold values of columns of another table, usually its key."""

    table: str
    columns: tuple[str, ...]
    target: str
    referred: tuple[str, ...]
    action: str = "no key"  # what the server does on DELETE; "no key" for a declared reference
    when: tuple[str, str] | None = None  # a column and a value: only rows with that value refer
    schema: str | None = None  # of the table, if it is not the current one
    target_schema: str | None = None
    is_text: bool = False  # for "no key": whether the column holds the id as text
    is_whole: bool = True  # False for a column that is not of an integer type, which SQLite allows

    def __str__(self) -> str:
        columns = self.columns[0] if len(self.columns) == 1 else f"({', '.join(self.columns)})"
        return f"{self.place}.{columns} -> {self.target} (on delete: {self.action})"

    @property
    def place(self) -> str:
        """Return the name of the referring table, qualified if it is in another schema."""
        return f"{self.schema}.{self.table}" if self.schema else self.table

    def source(self, dialect: Dialect) -> str:
        """Return the FROM clause of a SELECT of referring rows, whose table has the alias `r`."""
        table = ".".join(dialect.quote(part) for part in (self.schema, self.table) if part)
        column, path, _ = _parsed(self.columns[0])
        return f"{table} AS r" + (f", {dialect.json_source(f'r.{dialect.quote(column)}', path, 'j')}" if path else "")

    def value(self, dialect: Dialect) -> str:
        """Return the expression of the first column's value in a SELECT from `source`."""
        column, path, field = _parsed(self.columns[0])
        if path:
            return dialect.json_field("j", field)
        name = f"r.{dialect.quote(column)}"
        return dialect.whole_number(name) if self.is_text else name

    def condition(self, dialect: Dialect) -> str:
        """Return the condition of a conditional reference, beginning with AND; empty if it is unconditional."""
        if not self.when:
            return ""
        column, path, field = _parsed(self.when[0])
        name = dialect.json_text("j", field) if path else f"r.{dialect.quote(column)}"
        return f" AND {name} = {dialect.text(self.when[1])}"

    def refers_to(self, dialect: Dialect, rows: Iterable[Rows]) -> str:
        """Return the condition that a row refers to one of these rows; empty if none is of the target table."""
        wanted = [] if self.target_schema else [some for some in rows if some.table_name == self.target]
        if not wanted:
            return ""
        if self.is_to_key(dialect) and self.is_whole:
            return within(self.value(dialect), wanted)
        return f"EXISTS (SELECT 1 FROM {self.joined(dialect)} AND ({within(dialect.key(self.target, 't'), wanted)}))"

    def is_to_key(self, dialect: Dialect) -> bool:
        """Tell whether the values are the numbers of the target's rows."""
        names = dialect.names
        return self.target not in names.listed and self.referred == (names.key_of(self.target),)

    def cleared(self, dialect: Dialect, condition: str) -> str:
        """Return the UPDATE that sets the key to NULL in the referring rows that meet a condition without aliases."""
        table = ".".join(dialect.quote(part) for part in (self.schema, self.table) if part)
        nothing = ", ".join(f"{dialect.quote(name)} = NULL" for name in self.columns)
        return f"UPDATE {table} SET {nothing} WHERE {condition}"

    def joined(self, dialect: Dialect) -> str:
        """Return `target AS t WHERE …`, with the condition that r refers to t."""
        target = ".".join(dialect.quote(part) for part in (self.target_schema, self.target) if part)
        pairs = zip(self.columns, self.referred, strict=True)
        equal = (
            f"t.{dialect.quote(theirs)} = {self.value(dialect) if '$' in ours or self.is_text else 'r.' + dialect.quote(ours)}"
            for ours, theirs in pairs
        )
        return f"{target} AS t WHERE {' AND '.join(equal)}"


def _parsed(column: str) -> tuple[str, str, str]:
    """Split a reference into column, path of a JSON list or document, and path of the field in it: `a$[*].b` is a, $[*], $.b."""
    name, is_path, rest = column.partition("$")
    if not is_path:
        return name, "", ""
    before, is_list, after = rest.rpartition("[*]")
    return (name, f"${before}[*]", f"${after}") if is_list else (name, "$", f"${rest}")
