"""The script's text: the output of an offline run, with a heading for reviewers and a digest at its end.

It is hashed while it is written, so it can be streamed. The same settings give the same bytes in every process.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import TextIO

from terp_seed.model.names import Names
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog
from terp_seed.revisions.block import Block
from terp_seed.revisions.plan import Plan
from terp_seed.revisions.version_table import is_of_alembic
from terp_seed.sql.dialect import Dialect

CLOSING = "-- SHA-256 of all lines above: "


class Script:
    """A Script is a file-like object that writes to another one and computes the digest."""

    def __init__(self, target: TextIO, names: Names) -> None:
        if isinstance(target, io.TextIOWrapper):
            target.reconfigure(encoding="utf-8", newline="\n")  # as in SET NAMES, whatever the locale
        self._target, self._names = target, names
        self._digest = hashlib.sha256()

    def write(self, text: str) -> int:
        """Write a text unchanged, or nothing if it is Alembic's CREATE or DROP of the version table."""
        if is_of_alembic(text, self._names):
            return 0
        self._digest.update(text.encode())
        return self._target.write(text)

    def flush(self) -> None:
        """Flush the file."""
        self._target.flush()

    def comment(self, lines: Iterable[str]) -> None:
        """Write lines as a comment, and an empty line."""
        self.write("".join(f"-- {line}".rstrip() + "\n" for line in lines) + "\n")

    def close(self, is_whole: bool) -> None:
        """Write the closing comment: the digest of all lines above, as printed by `head -n -1 FILE | sha256sum`.

        The text of an excerpt (not `is_whole`) ends with a remark instead.
        """
        if is_whole:
            self._target.write(f"{CLOSING}{self._digest.hexdigest()}\n")
        else:
            self.comment(["An excerpt of a script: to be read, and not to be run."])
        self.flush()


def heading(
    catalog: Catalog, dialect: Dialect, plan: Plan, recipe: Recipe, blocks: list[Block], shard: Iterable[str] = ()
) -> list[str]:
    """Return the lines of the heading.

    `blocks` are those that the script inserts; a rollback has none. `shard` are lines on the part of them that the script has.
    """
    lines = [
        f"terp_seed: {'seed' if blocks else 'roll back'} {', '.join(plan.revisions)}",
        "",
        f"made by      terp-seed {version('terp-seed')}",
        f"for          {dialect.title}; apply it with:",
        f"             {dialect.apply_with}",
        *(
            _data(catalog, recipe, blocks)
            if blocks
            else [f"rows         those that {dialect.names.ledger} names when this runs, no others"]
        ),
        *shard,
        "",
        "It stops at the first thing that is not as it expects, with an error that says what. Nothing is changed before all of",
        "that was looked at; from then on each revision commits whole or not at all. At its end it counts what is there, and",
        "says whether all is well.",
    ]
    return lines + ([dialect.script_caveat] if dialect.script_caveat else [])


def _data(catalog: Catalog, recipe: Recipe, blocks: list[Block]) -> Iterator[str]:
    yield (
        f"data         size {recipe.size}, seed {recipe.seed}, as of {recipe.as_of}, generator version {recipe.generator_version}"
    )
    blocks = in_order(catalog, blocks)
    width = max(len(block.table_name) for block in blocks) + 1
    companions = [block for block in blocks if catalog.is_companion(block.table_name)]
    main = [block for block in blocks if block not in companions]
    for word, group in (("rows", main), ("companions", companions)):
        for place, block in enumerate(group):
            name, ids = block.table_name, f"ids {block.first_id} to {block.last_id}"
            if catalog[name].adopts:
                ids = "at most: rows that are there already are used"
            yield f"{'' if place else word:<12} {name:<{width}}{block.row_count:>12,}   {ids}"
        if group is main:
            yield f"{'':<12} {'total':<{width}}{sum(block.row_count for block in main):>12,}"


def in_order(catalog: Catalog, blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks as a script lists them: companions last, each group with parents first."""
    places = {table.name: place for place, table in enumerate(catalog.every)}
    return sorted(blocks, key=lambda block: (catalog.is_companion(block.table_name), places[block.table_name]))
