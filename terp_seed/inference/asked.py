"""What a rule is asked: a column of a table, what its CHECKs say, and the tables that were planned before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from terp_seed.inference.chosen import Chosen
from terp_seed.inference.constraints import Bounds
from terp_seed.inference.facts import ColumnFacts, KeyFacts, TableFacts
from terp_seed.inference.names import noun_of, words_of


@dataclass(frozen=True)
class TablePlan:
    """A TablePlan is how a table is going to be seeded: its rows per unit and what fills each column, except a key of numbers."""

    facts: TableFacts
    per_unit: int
    columns: Mapping[str, Chosen] = field(default_factory=dict)
    parents: tuple[str, ...] = ()  # that it refers to, by foreign keys and soft references
    soft: Mapping[str, str] = field(default_factory=dict)  # columns that refer to a table without a foreign key
    is_shared: bool = False  # whether it has these rows once for all units

    @property
    def name(self) -> str:
        """Return the table's name."""
        return self.facts.name

    def is_filled(self, column: str) -> bool:
        """Tell whether every row has a value in a column."""
        chosen, facts = self.columns.get(column), self.facts.by_name[column]
        if chosen is None:  # a key of numbers, or a column of a table that is seeded already
            return not facts.is_nullable or column in self.facts.primary_key
        return (
            not chosen.is_null
            and not chosen.named.get("null")
            and (chosen.name not in ("same", "server") or not facts.is_nullable)
        )


@dataclass(frozen=True)
class Asked:
    """An Asked is a column for which a rule is looked for, in its surroundings."""

    table: TableFacts
    column: ColumnFacts
    bounds: Bounds
    plans: Mapping[str, TablePlan]  # of the tables before
    chosen: Mapping[str, Chosen]  # of the columns of this table so far
    nulled: Mapping[str, str] = field(default_factory=dict)  # columns of foreign keys that stay NULL, with the reason
    soft: Mapping[str, str] = field(default_factory=dict)
    is_referred: bool = False  # whether foreign keys refer to it

    @property
    def is_known(self) -> bool:
        """Tell whether each row needs a value that is known when it is made: in a key, and where others refer to it."""
        return self.is_referred or self.name in self.table.identity

    @property
    def name(self) -> str:
        """Return the column's name."""
        return self.column.name

    @property
    def is_unique(self) -> bool:
        """Tell whether each value of the column may occur once only."""
        return self.table.is_unique(self.name)

    @property
    def stem(self) -> str:
        """Return a short name of what the table is about, for codes and addresses."""
        return "-".join(word for word in noun_of(self.table.name) if word.isascii()) or "row"

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words of the column's name."""
        return words_of(self.name)

    def fits(self, length: int) -> bool:
        """Tell whether a text of some length fits the column and its CHECKs."""
        limits = [limit for limit in (self.column.length, self.bounds.longest) if limit is not None]
        return self.bounds.shortest <= length <= min(limits, default=length)

    @property
    def room(self) -> int | None:
        """Return the most characters that a text may have; None for any number."""
        return min((limit for limit in (self.column.length, self.bounds.longest) if limit is not None), default=None)

    def limits(self, lowest: Decimal, highest: Decimal, step: Decimal) -> tuple[Decimal, Decimal]:
        """Return a range of numbers within the bounds of the CHECKs; if they exclude it, the part of theirs next to it."""
        low, high = self.bounds.low, self.bounds.high
        least = low + (step if self.bounds.above else 0) if isinstance(low, Decimal) else None
        most = high - (step if self.bounds.below else 0) if isinstance(high, Decimal) else None
        width = highest - lowest
        if least is not None and (lowest < least or highest < least):
            lowest, highest = least, max(highest, least + width if highest < least else highest)
        if most is not None and (highest > most or lowest > most):
            highest = most
            lowest = min(lowest, most) if least is None else max(min(lowest, most), least)
        return lowest, max(lowest, highest)


Rule = tuple[str, Callable[[Asked], Chosen | None]]


def key_of(asked: Asked) -> KeyFacts | None:
    """Return the foreign key of the column."""
    return asked.table.key_of(asked.name)


def is_of_another(asked: Asked, key: KeyFacts) -> bool:
    """Tell whether the column of a foreign key refers to another table, whose rows refer to that of the key."""
    chosen = asked.chosen.get(key.columns[0])
    return chosen is not None and chosen.name == "ref" and chosen.arguments[0] != key.target
