"""The files: the Python text of tables and revisions, as a person would write and a formatter leave it.

The same plan gives the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from terp_seed.inference.asked import TablePlan
from terp_seed.inference.column_types import quoted, type_text
from terp_seed.inference.facts import ColumnFacts, KeyFacts
from terp_seed.inference.planner import text_columns
from terp_seed.model.words import counted

_WIDTH = 120
COMMAND = "terp-seed revision --autogenerate"

_TABLE = '''\
"""{name}: {rows} per unit. Written by `{command}`, which never changes this file again: edit it."""

import sqlalchemy as sa

from {package} import METADATA
from terp_seed import SeedTable
from terp_seed import columns as c

_TABLE = sa.Table(
{table}
)

{constant} = SeedTable(
    _TABLE,
    per_unit={per_unit},
    columns={{
{columns}    }},
{not_pii})
'''

_REVISION = '''\
"""Seed {name}."""

from {package}.{slug} import {constant}
from terp_seed import op

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

# columns that hold ids without a foreign key: a rollback is refused while rows that were not seeded refer by them
REFERENCES: tuple[Reference, ...] = ({references})
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
        unwritable = f"# {_one_line(column.name)} is {column.spelled}, which cannot be written: left to the server"
        parts.append(unwritable if column.type is None else f"{_column(plan, column, known)},")
    parts += [f"sa.UniqueConstraint({', '.join(map(quoted, unique))})," for unique in table.uniques if len(unique) > 1]
    parts.append("sqlite_autoincrement=True,")
    lines = []
    for column in table.columns:
        if column.name in plan.columns and column.type is not None:
            chosen = plan.columns[column.name]
            reason = f": it {nulled[column.name]}, left NULL" if column.name in nulled else ""
            lines.append(f"{quoted(column.name)}: {chosen.text},  {_one_line(chosen.comment + reason)}")
    texts = text_columns(plan)
    not_pii = _wrapped("not_pii=frozenset({", [quoted(text) for text in texts], "}),", "    ") if texts else ""
    return _TABLE.format(
        name=_one_line(table.name),
        rows=counted(plan.per_unit),
        command=COMMAND,
        package=package,
        constant=Written(table.name, slug).constant,
        table="\n".join(_indented(part) for part in parts),
        per_unit=plan.per_unit,
        columns="".join(f"        {line}\n" for line in lines),
        not_pii=not_pii,
    )


def _indented(part: str) -> str:
    """Return an argument of sa.Table on lines of its own, its own arguments one a line if it is too long."""
    return f"    {part}" if len(part) <= _WIDTH - 4 or not part.startswith("sa.Column(") else _broken(part)


def _broken(part: str) -> str:
    inner = part.removeprefix("sa.Column(").removesuffix("),")
    pieces = _arguments(inner)
    lines = []
    for piece in pieces:
        if len(piece) > _WIDTH - 9 and piece.startswith("sa.Enum("):
            members = _arguments(piece.removeprefix("sa.Enum(").removesuffix(")"))
            lines += ["        sa.Enum(", *(f"            {member}," for member in members), "        ),"]
        else:
            lines.append(f"        {piece},")
    return "\n".join(["    sa.Column(", *lines, "    ),"])


def _arguments(text: str) -> list[str]:
    """Split arguments at their commas, not at those within quotes or parentheses."""
    found, depth, in_text, start, place = [], 0, False, 0, 0
    while place < len(text):
        letter = text[place]
        if in_text:
            place += letter == "\\"
            in_text = letter != '"'
        elif letter == '"':
            in_text = True
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and depth == 0:
            found.append(text[start:place].strip())
            start = place + 1
        place += 1
    return [*found, text[start:].strip()]


def _wrapped(opening: str, items: Sequence[str], closing: str, indent: str) -> str:
    """Return items in brackets, on one line if they fit, else one a line."""
    line = f"{indent}{opening}{', '.join(items)}{closing}\n"
    if len(line) <= _WIDTH + 1:
        return line
    return (
        f"{indent}{opening[:-1]}\n{indent}    {opening[-1]}\n"
        + "".join(f"{indent}        {item},\n" for item in items)
        + f"{indent}    {closing[0]}\n{indent}{closing[1:]}\n"
    )


def _column(plan: TablePlan, column: ColumnFacts, known: set[str]) -> str:
    table = plan.facts
    assert column.type is not None
    arguments = [quoted(column.name), type_text(column.type)]
    key = _foreign_key(table.key_of(column.name), column.name, table.name, plan, known)
    arguments += [key] if key else []
    if column.name in table.primary_key:
        arguments.append("primary_key=True")
    elif not column.is_nullable:
        arguments.append("nullable=False")
    if table.is_unique(column.name):
        arguments.append("unique=True")
    chosen = plan.columns.get(column.name)
    if chosen is not None and chosen.name == "server":
        default = column.default if column.default is not None else "by the server"
        arguments.append(f"server_default=sa.text({quoted(default)})")
    return f"sa.Column({', '.join(arguments)})"


def _foreign_key(key: KeyFacts | None, column: str, table: str, plan: TablePlan, known: set[str]) -> str | None:
    if key is None or len(key.columns) > 1 or (column in plan.columns and plan.columns[column].is_null):
        return None
    if key.target not in known and key.target != table:
        return None
    return f"sa.ForeignKey({quoted(f'{key.target}.{key.referred[0]}')})"


def _one_line(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace('"""', "'''").split())


def revision_file(table: Written, package: str, parents: Sequence[str]) -> str:
    """Return the revision of a table after those of its parents."""
    names = [quoted(parent) for parent in parents]
    down = names[0] if len(names) == 1 else _tuple(names)
    return _REVISION.format(
        name=_one_line(table.name),
        package=package,
        slug=table.slug,
        constant=table.constant,
        revision=quoted(table.slug),
        parents=down,
    )


def _tuple(names: Sequence[str]) -> str:
    line = f"({', '.join(names)})"
    return line if len(line) <= _WIDTH - len("down_revision = ") else "(\n" + "".join(f"    {name},\n" for name in names) + ")"


def index_file(tables: Sequence[Written], package: str, references: Sequence[str]) -> str:
    """Return the package's own module: METADATA, TABLES and REFERENCES."""
    return _INDEX.format(
        command=COMMAND,
        imports="".join(
            f"from {package}.{table.slug} import {table.constant}  # noqa: E402\n"
            for table in tables  # parents first: a foreign key needs its table
        ),
        tables="".join(f"    {table.constant},\n" for table in tables),
        references="".join(f"\n    {reference}," for reference in references) + ("\n" if references else ""),
    )


def reference_text(table: str, column: str, target: str) -> str:
    """Return the declaration of a soft reference."""
    return f"Reference({quoted(table)}, {quoted(column)}, {quoted(target)})"


def line_of(plan: TablePlan, column: str) -> str:
    """Return the line that seeds one column."""
    chosen = plan.columns[column]
    return f"{quoted(column)}: {chosen.text},  {_one_line(chosen.comment)}"


def column_text(plan: TablePlan, column: str, known: Iterable[str]) -> str:
    """Return the sa.Column of one column."""
    return f"{_column(plan, plan.facts.by_name[column], set(known))},"
