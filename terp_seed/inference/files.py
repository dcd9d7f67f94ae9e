"""The files: the Python text of tables and revisions, as a person would write and a formatter leave it.

The same plan gives the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from terp_seed.inference.asked import TablePlan
from terp_seed.inference.column_types import dialects_of, quoted, type_text
from terp_seed.inference.facts import ColumnFacts, KeyFacts
from terp_seed.inference.layout import entry, indented, one_line, tuple_text, wrapped
from terp_seed.inference.planner import text_columns
from terp_seed.model.words import counted

COMMAND = "terp-seed revision --autogenerate"

_TABLE = '''\
"""{name}: {rows} {whose}. Written by `{command}`, which never changes this file again: edit it."""

import sqlalchemy as sa
{dialects}from terp_seed import SeedTable
from terp_seed import columns as c

from {package} import METADATA

_TABLE = sa.Table(
{table}
)

{constant} = SeedTable(
    _TABLE,
    per_unit={per_unit},{shared}
    columns={{
{columns}    }},
{not_pii})
'''

_REVISION = '''\
"""Seed {name}."""

from terp_seed import op

from {package}.{slug} import {constant}

revision = {revision}
down_revision = {parents}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed({constant})


def downgrade() -> None:
    op.unseed({constant})
'''

_INDEX = '''\
"""The tables that are seeded, parents first. `{command}` adds new ones here and a file for each."""

import sqlalchemy as sa
from terp_seed import Reference

METADATA = sa.MetaData()

# isort: off
{imports}# isort: on

TABLES = (
{tables})

REFERENCES: tuple[Reference, ...] = (
    # ids without a foreign key: a rollback is refused while rows that were not seeded refer by them
{references})
'''


@dataclass(frozen=True)
class Written:
    """A Written is a table that has its file: the table's name, its slug, and the references that no foreign key declares."""

    name: str
    slug: str

    @property
    def constant(self) -> str:
        """Return the name of its SeedTable."""
        return self.slug.upper()


def table_file(plan: TablePlan, slug: str, package: str, known: Iterable[str], nulled: Mapping[str, str]) -> str:
    """Return the module of a table. Foreign keys are written to `known` tables only."""
    table = plan.facts
    known = set(known)
    parts = [f"{quoted(table.name)},", "METADATA,"]
    for column in table.columns:
        unwritable = f"# {one_line(column.name)} is {column.spelled}, which cannot be written: left to the server"
        parts.append(unwritable if column.type is None else f"{_column(plan, column, known)},")
    parts += [f"sa.UniqueConstraint({', '.join(map(quoted, unique))})," for unique in table.uniques if len(unique) > 1]
    parts += [_long_key(key) for key in table.keys if len(key.columns) > 1 and _is_written(key, plan, known)]
    parts += ["sqlite_autoincrement=True,"] if table.numbered else []
    lines = []
    for column in table.columns:
        if column.name in plan.columns and column.type is not None:
            chosen = plan.columns[column.name]
            reason = f": it {nulled[column.name]}, left NULL" if column.name in nulled else ""
            if chosen.is_null and any(column.name in unique for unique in table.uniques):
                lines.append(
                    f"# {one_line(column.name)} stays NULL, {one_line(chosen.comment[2:] + reason)}"
                )  # never a duplicate
                continue
            lines += entry(f"{quoted(column.name)}: {chosen.text},", one_line(chosen.comment + reason))
    texts = text_columns(plan)
    dialects = dialects_of(column.type for column in table.columns)
    not_pii = wrapped("not_pii=frozenset({", [quoted(text) for text in texts], "}),", "    ") if texts else ""
    return _TABLE.format(
        name=one_line(table.name),
        rows=counted(plan.per_unit),
        whose="for all units" if plan.is_shared else "per unit",
        command=COMMAND,
        package=package,
        dialects=f"from sqlalchemy.dialects import {', '.join(dialects)}\n" if dialects else "",
        constant=Written(table.name, slug).constant,
        table="\n".join(indented(part) for part in parts),
        per_unit=plan.per_unit,
        shared="\n    shared=True,  # few values are left by a unique column: one set of rows for all units"
        if plan.is_shared
        else "",
        columns="".join(f"        {line}\n" for line in lines),
        not_pii=not_pii,
    )


def _column(plan: TablePlan, column: ColumnFacts, known: set[str]) -> str:
    table = plan.facts
    assert column.type is not None
    arguments = [quoted(column.name), type_text(column.type)]
    arguments += [
        f"sa.ForeignKey({quoted(f'{key.target}.{key.referred[0]}')})"
        for key in dict.fromkeys(table.keys)
        if key.columns == (column.name,) and _is_written(key, plan, known)
    ]
    if column.name in table.primary_key:
        arguments.append("primary_key=True")
        if column.name == table.numbered and "::text)::regclass" in (column.default or ""):  # which is no sequence that it owns
            arguments.append(f"server_default=sa.text({quoted(str(column.default))})")
    elif not column.is_nullable:
        arguments.append("nullable=False")
    if (column.name,) in table.uniques:
        arguments.append("unique=True")
    chosen = plan.columns.get(column.name)
    if chosen is not None and chosen.name == "server":
        default = column.default if column.default is not None else "by the server"
        arguments.append(f"server_default=sa.text({quoted(default)})")
    return f"sa.Column({', '.join(arguments)})"


def _is_written(key: KeyFacts, plan: TablePlan, known: set[str]) -> bool:
    """Tell whether a foreign key has rows to refer to, and its table is in the same metadata."""
    is_null = any(column in plan.columns and plan.columns[column].is_null for column in key.columns)
    return not is_null and key.target_schema is None and (key.target in known or key.target == plan.name)


def _long_key(key: KeyFacts) -> str:
    names = ", ".join(map(quoted, key.columns))
    return f"sa.ForeignKeyConstraint([{names}], [{', '.join(quoted(f'{key.target}.{name}') for name in key.referred)}]),"


def revision_file(table: Written, package: str, parents: Sequence[str]) -> str:
    """Return the revision of a table after those of its parents."""
    names = [quoted(parent) for parent in parents]
    down = names[0] if len(names) == 1 else tuple_text(names)
    return _REVISION.format(
        name=one_line(table.name),
        package=package,
        slug=table.slug,
        constant=table.constant,
        revision=quoted(table.slug),
        parents=down,
    )


def index_file(tables: Sequence[Written], package: str, references: Sequence[str]) -> str:
    """Return the package's own module: METADATA, TABLES and REFERENCES."""
    return _INDEX.format(
        command=COMMAND,
        imports="".join(
            f"from {package}.{table.slug} import {table.constant}  # noqa: E402\n"
            for table in tables  # parents first: a foreign key needs its table
        ),
        tables="".join(f"    {table.constant},\n" for table in tables),
        references="".join(f"    {reference},\n" for reference in references),
    )


def reference_text(table: str, column: str, target: str) -> str:
    """Return the declaration of a soft reference."""
    return f"Reference({quoted(table)}, {quoted(column)}, {quoted(target)})"


def line_of(plan: TablePlan, column: str) -> str:
    """Return the line that seeds one column."""
    chosen = plan.columns[column]
    return f"{quoted(column)}: {chosen.text},  {one_line(chosen.comment)}"


def column_text(plan: TablePlan, column: str, known: Iterable[str]) -> str:
    """Return the sa.Column of one column."""
    return f"{_column(plan, plan.facts.by_name[column], set(known))},"
