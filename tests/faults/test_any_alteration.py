"""The promise: an altered live table either takes the seed and gives it back, or is refused before the first write."""

from collections.abc import Callable, Iterator
from random import Random

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.terp.schema import METADATA
from tests.clients import apply, apply_well
from tests.scripts import AS_OF, script
from tests.support import ALL_FAULTS, CATALOG, NAMES, Database

_DRAWS = 30 if ALL_FAULTS else 5
_TABLES = [table.name for table in CATALOG.every if not table.adopts]


def _alterations(dice: Random) -> Iterator[tuple[str, ...]]:
    """Yield statements that alter one table, without end; the server may refuse them."""
    while True:
        table = METADATA.tables[dice.choice(_TABLES)]
        columns = [column for column in table.columns if not (column.primary_key or column.foreign_keys)]
        if columns:
            yield dice.choice(_KINDS)(dice, table, dice.choice(columns))


def _type(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    types = "TINYINT", "SMALLINT UNSIGNED", "DECIMAL(5,1)", "VARCHAR(3)", "VARCHAR(1000)", "LONGTEXT", "DATE", "BIGINT", "CHAR(1)"
    return (f"ALTER TABLE `{table}` MODIFY `{column.name}` {dice.choice(types)}",)


def _letters(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    sets = "latin1", "ascii", "utf8mb4 COLLATE utf8mb4_bin", "utf8mb4 COLLATE utf8mb4_unicode_ci"
    return (f"ALTER TABLE `{table}` MODIFY `{column.name}` VARCHAR({dice.choice((20, 255))}) CHARACTER SET {dice.choice(sets)}",)


def _not_null(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    default = dice.choice(("", " DEFAULT 7"))
    return (f"ALTER TABLE `{table}` ADD COLUMN `further` INT NOT NULL{default}",)


def _check(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    conditions = "CHAR_LENGTH(`{0}`) < 9", "`{0}` IS NULL", "`{0}` IS NOT NULL", "`{0}` > '1'", "CHAR_LENGTH(`{0}`) < 60000"
    return (f"ALTER TABLE `{table}` ADD CONSTRAINT narrow CHECK ({dice.choice(conditions).format(column.name)})",)


def _unique(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    prefix = "(100)" if isinstance(column.type, sa.Text | sa.String) and not isinstance(column.type, sa.Enum) else ""
    return (f"CREATE UNIQUE INDEX one_each ON `{table}` (`{column.name}`{prefix})",)


def _generated(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    kind = dice.choice(("STORED", "VIRTUAL"))
    if dice.random() < 0.5:
        return (f"ALTER TABLE `{table}` ADD COLUMN `made` VARCHAR(50) AS (LEFT(`{column.name}`, 5)) {kind}",)
    return (f"ALTER TABLE `{table}` DROP COLUMN `{column.name}`, ADD COLUMN `{column.name}` INT AS (1) {kind}",)


def _invisible(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    return (f"ALTER TABLE `{table}` ADD COLUMN `hidden` INT NULL INVISIBLE, ADD COLUMN `shown` INT NULL",)


def _engine(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    return ("SET FOREIGN_KEY_CHECKS = 0", f"ALTER TABLE `{table}` ENGINE = {dice.choice(('MyISAM', 'InnoDB'))}")


def _trigger(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    bodies = (
        ("BEFORE", f"SET NEW.`{column.name}` = NULL"),
        ("BEFORE", "SET NEW.id = NEW.id + 1"),
        ("BEFORE", "BEGIN IF NEW.id < 0 THEN SIGNAL SQLSTATE '45000'; END IF; END"),
        ("AFTER", "INSERT INTO audit (what) VALUES (NEW.id)"),
    )
    timing, body = dice.choice(bodies)
    event = dice.choice(("INSERT", "INSERT", "UPDATE"))
    return (
        "CREATE TABLE audit (id INT PRIMARY KEY AUTO_INCREMENT, what VARCHAR(50))",
        f"CREATE TRIGGER watched {timing} {event} ON `{table}` FOR EACH ROW {body}",
    )


def _key(dice: Random, table: sa.Table, column: sa.Column) -> tuple[str, ...]:
    default = dice.choice(("NULL", "NOT NULL DEFAULT 1", "NOT NULL DEFAULT 2"))
    return (
        "CREATE TABLE parents (id INT PRIMARY KEY)",
        "INSERT INTO parents VALUES (1)",
        f"ALTER TABLE `{table}` ADD COLUMN `parent` INT {default}, ADD FOREIGN KEY (`parent`) REFERENCES parents (id)",
    )


_KINDS: list[Callable[[Random, sa.Table, sa.Column], tuple[str, ...]]] = [
    *(_type, _letters, _not_null, _check, _unique, _generated, _invisible, _engine, _trigger, _key)
]


def _rows(terp: Database) -> int:
    """Return the number of rows of all tables of TERP."""
    counts = " + ".join(f"(SELECT COUNT(*) FROM `{name}`)" for name in METADATA.tables)
    return int(terp.scalar(f"SELECT {counts}"))


def _require_whole(terp: Database, statements: tuple[str, ...]) -> None:
    """Seed, look and roll back, by script and online, or find all of it refused."""
    applied = apply(terp, script(terp, *AS_OF, "upgrade", "head"))
    if applied.returncode == 0:
        assert _rows(terp) > 0, (statements, applied)
        apply_well(terp, script(terp, *AS_OF, "downgrade", "head:base"))
    assert _rows(terp) == 0, (statements, applied)
    assert NAMES.ledger not in terp.tables(), (statements, applied)
    previewed, ran = terp.cli("upgrade", "--dry-run"), terp.cli("upgrade", "-f")
    # the online run is stricter about types than the server has to be
    assert applied.returncode == 0 or ran.exit_code != 0, (statements, applied, ran.output)
    assert (previewed.exit_code == 0) == (ran.exit_code == 0), (statements, previewed.output, ran.output)
    if ran.exit_code:
        assert "Schema validation failed for" in ran.stderr, (statements, ran.output)
        assert _rows(terp) == 0, (statements, ran.output)
        assert NAMES.ledger not in terp.tables(), (statements, ran.output)
        return
    verified = terp.cli("verify")
    assert verified.exit_code == 0, (statements, verified.output)
    back = terp.cli("downgrade", "-f")
    assert back.exit_code == 0, (statements, back.output)
    assert _rows(terp) == 0, statements


def test_altered_table_is_seeded_whole_or_refused(server_terp: Database, new_terp: Callable[[str], Database]) -> None:
    dice, drawn = Random(f"{server_terp.kind} alterations"), 0
    alterations = _alterations(dice)
    while drawn < _DRAWS:
        terp, statements = new_terp(server_terp.kind), next(alterations)
        try:
            terp.execute(*statements)
        except DBAPIError:
            continue  # no table of this server can be altered so
        drawn += 1
        _require_whole(terp, statements)
