"""A picture of a database: which rows are seeded according to the ledger, and which are not."""

from dataclasses import dataclass
from typing import Any

from terp_seed.terp.schema import METADATA
from tests.support import SEVEN, SMALL, Database, rows_of

Rows = dict[str, list[dict[str, Any]]]

# what is seeded when a revision is: its table, and those that it needs
NEEDS = {
    "ledger": set(),
    "vendors": {"vendors"},
    "clients": {"clients"},
    "products": {"products"},
    "batches": {"vendors", "products", "clients", "batches"},
    "orders": {"vendors", "products", "clients", "batches", "orders"},
    "invoices": set(SEVEN) - {"payments"},
    "payments": set(SEVEN),
}
# what a seeded row carries beside its id: somebody else's row under the same id has no such code
MARKS = {
    "users": ("openId", "terp-seed"),
    "clients": ("teri_code", "CLI-S"),
    "lots": ("code", "LOT-S"),
    "batches": ("code", "BAT-S"),
    "orders": ("order_number", "ORD-S"),
    "invoices": ("invoiceNumber", "INV-S"),
    "payments": ("paymentNumber", "PAY-S"),
}


def _is_seeded(table: str, row: dict[str, Any], ids: set[int]) -> bool:
    column, mark = MARKS.get(table, ("id", ""))
    return row["id"] in ids and str(row[column]).startswith(mark)


@dataclass(frozen=True)
class Picture:
    """A Picture is what a database held at one moment: rows of the ledger's blocks, all others, and the versions."""

    seeded: Rows
    others: Rows
    tables: set[str]  # of the seven, those that the ledger names
    versions: set[str]

    @classmethod
    def of(cls, database: Database) -> "Picture":
        """Take a picture. Every block of the ledger is in the database without a gap, and with its companions."""
        tables = database.tables()
        with database.connection() as connection:
            read = connection.exec_driver_sql
            blocks = read("SELECT * FROM seed_ledger").mappings().all() if "seed_ledger" in tables else []
            versions = read("SELECT * FROM alembic_version_seed").scalars().all() if "alembic_version_seed" in tables else []
            rows = {table: rows_of(connection, table) for table in METADATA.tables}
        ids = {
            table: {
                number
                for block in blocks
                if block["table_name"] == table
                for number in range(block["first_id"], block["last_id"] + 1)
            }
            for table in METADATA.tables
        }
        seeded = {table: [row for row in found if _is_seeded(table, row, ids[table])] for table, found in rows.items()}
        for block in blocks:
            assert block["row_count"] == block["last_id"] - block["first_id"] + 1, block
        assert {table: len(found) for table, found in seeded.items()} == {table: len(found) for table, found in ids.items()}
        others = {table: [row for row in found if not _is_seeded(table, row, ids[table])] for table, found in rows.items()}
        return cls(seeded, others, {block["table_name"] for block in blocks} & set(SEVEN), set(versions))

    def assert_whole(self, before: "Picture", units: int = 1) -> None:
        """Each table is wholly seeded or not at all, the versions say the same, and nobody else's row is another than before."""
        assert self.others == before.others
        assert {table: len(self.seeded[table]) for table in SEVEN} == {
            table: SMALL[table] * units if table in self.tables else 0 for table in SEVEN
        }
        assert self.tables == set().union(*(NEEDS[version] for version in self.versions))
