"""Alterations of one live table that people make on MariaDB and MySQL, some of which the server may refuse."""

from collections.abc import Callable
from random import Random

import sqlalchemy as sa


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


KINDS: list[Callable[[Random, sa.Table, sa.Column], tuple[str, ...]]] = [
    *(_type, _letters, _not_null, _check, _unique, _generated, _invisible, _engine, _trigger, _key)
]
