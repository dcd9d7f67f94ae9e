"""The promise: whatever befalls a seeded database, no rollback touches a row of a user, and none of ours stays in silence."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from terp_seed.terp.schema import METADATA
from tests.conftest import PLACES
from tests.scripts import script
from tests.support import ALL_FAULTS, SEVEN, Database, rows_of
from tests.test_ours_is_what_was_seeded import PAYMENT, without_keys
from tests.test_scripts_under_clients_that_go_on import by_statement, forced, rolling_back

AS_OF = "--as-of=2026-03-01"
CHILDREN_FIRST = ("payments", "invoices", "orders", "batches", "lots", "products", "brands", "vendors", "clients")
EDITS = {
    "vendors": "notes = 'edited'",
    "clients": "name = 'Edited'",
    "products": "description = 'edited'",
    "batches": "amountPaid = 3",
    "orders": "notes = 'edited'",
    "invoices": "notes = 'edited'",
    "payments": "notes = 'edited'",
}
TAMPERING = (
    "UPDATE seed_ledger SET last_id = last_id + 2, row_count = row_count + 2 WHERE table_name = 'payments'",
    "UPDATE seed_ledger SET last_id = last_id + 5 WHERE table_name = 'clients'",
    "UPDATE seed_ledger SET first_id = first_id + 1, last_id = last_id + 1 WHERE table_name = 'vendors'",
    "UPDATE seed_ledger SET values_digest = 1 WHERE table_name = 'orders'",
    "UPDATE seed_ledger SET identity_digest = 1, values_digest = 1 WHERE table_name = 'batches'",
    "UPDATE seed_ledger SET seed = 7 WHERE table_name = 'invoices'",
    "DELETE FROM seed_ledger WHERE table_name = 'products'",
)
Row = dict[str, Any]


@pytest.mark.parametrize("place", PLACES)
def test_ours_and_theirs(place: str, new_terp: Callable[[str], Database]) -> None:
    class World(RuleBasedStateMachine):
        """A seeded database, and what users and operators do to it; the model is the rows that users wrote."""

        def __init__(self) -> None:
            super().__init__()
            self.database = new_terp(place)
            self.database.execute("INSERT INTO users (id, openId, name) VALUES (900, 'somebody', 'Somebody')")
            self.mine: set[tuple[str, int]] = set()
            self.kept: dict[tuple[str, int], Row] = {}
            self.number = 0

        @rule(size=st.sampled_from(["small", "x2"]))
        def seed(self, size: str) -> None:
            self.database.cli("upgrade", AS_OF, "-f", "--size", size)

        @rule(size=st.sampled_from(["small", "x2"]))
        def clean(self, size: str) -> None:
            self.database.cli("upgrade", "--clean", AS_OF, "-f", "--size", size)

        @precondition(lambda self: "seed_ledger" in self.database.tables())
        @rule(table=st.sampled_from(SEVEN), row=st.integers(1, 60))
        def edit(self, table: str, row: int) -> None:
            if (table, row) not in self.mine:
                self.database.execute(f"UPDATE {table} SET {EDITS[table]} WHERE id = {row}")

        @rule(row=st.integers(1, 30))
        def delete_and_write_there(self, row: int) -> None:
            if ("payments", row) not in self.mine:
                without_keys(self.database, f"DELETE FROM payments WHERE id = {row}", PAYMENT.format(row, 900))
                self._wrote("payments", row)

        @rule()
        def truncate_and_insert(self) -> None:
            without_keys(self.database, "DELETE FROM payments WHERE createdBy <> 900 OR createdBy IS NULL")
            for row in (1, 2, 3):
                if ("payments", row) not in self.mine:
                    self.database.execute(PAYMENT.format(row, 900))
                    self._wrote("payments", row)

        @rule()
        def restore_a_dump_over_it(self) -> None:
            mine = [row for table, row in sorted(self.mine) if table == "clients"]
            others = f" WHERE id NOT IN ({', '.join(map(str, [0, *mine]))})"
            rows = [row for row in range(1, 8) if row not in mine]
            insert = "INSERT INTO clients (id, teri_code, name) VALUES ({0}, 'REAL-{0}', 'Real')"
            without_keys(
                self.database,
                *(f"DELETE FROM {table}" for table in CHILDREN_FIRST[:-1]),
                f"DELETE FROM clients{others}",
                *(insert.format(row) for row in rows),
            )
            self.mine = {(table, row) for table, row in self.mine if table == "clients"}
            self.mine |= {("clients", row) for row in rows}
            self._look()

        @precondition(lambda self: "seed_ledger" in self.database.tables())
        @rule(what=st.sampled_from(TAMPERING))
        def tamper(self, what: str) -> None:
            self.database.execute(what)

        @rule()
        def refer_to_a_seeded_client(self) -> None:
            seeded = [row["id"] for row in self._rows("clients") if ("clients", row["id"]) not in self.mine]
            if seeded:
                self.number += 1
                row = 5_000_000 + self.number
                columns = "id, order_number, orderType, client_id, items, subtotal, total, paymentTerms, created_by"
                self.database.execute(
                    f"INSERT INTO orders ({columns}) VALUES ({row}, 'MINE-{row}', 'SALE', {seeded[0]}, '[]', 1, 1, 'COD', 900)"
                )
                self._wrote("orders", row)

        @rule()
        def refer_no_longer(self) -> None:
            gone = {key for key in self.mine if key[0] == "orders"}
            self.database.execute("DELETE FROM orders WHERE id > 5000000")
            self.mine -= gone
            self._look()

        @rule(way=st.sampled_from(["terp-seed", "alembic"]))
        def roll_back(self, way: str) -> None:
            if way == "terp-seed":
                result = self.database.cli("downgrade", "-f")
                code, said = result.exit_code, result.output
            else:
                ran = self.database.alembic("-n", "seed", "downgrade", "base")
                code, said = ran.code, ran.out
            if code == 0:
                left = [(t, row["id"]) for t in SEVEN for row in self._rows(t) if (t, row["id"]) not in self.mine]
                assert left == [], said
            else:
                assert re.search("Error: |FAILED: ", said), said

        @rule(client=st.sampled_from([forced, by_statement, rolling_back]), discard=st.booleans())
        def roll_back_by_script(self, client: Callable[[Database, str], None], discard: bool) -> None:
            asked = ["-x", "discard_edits=true"] if discard else []
            client(self.database, script(self.database, *asked, "downgrade", "head:base"))
            # a table went whole, or stays whole, as the ledger says; a record that was tampered with is refused by all
            status = self.database.cli("status")
            assert status.exit_code in (0, 1), status.output

        @rule()
        def roll_back_with_what_refers(self) -> None:
            hanging = {key for key in self.mine if key[0] == "orders"}
            result = self.database.cli("downgrade", "-f", "--cascade", "--database", self.database.name)
            left = {("orders", row["id"]) for row in self._rows("orders")} & hanging
            if result.exit_code == 0:
                assert not left, "rows that were listed stayed"
                seeded = [(t, row["id"]) for t in SEVEN for row in self._rows(t) if (t, row["id"]) not in self.mine]
                assert seeded == [], result.output
            else:
                # they go in one transaction with the clients, or not at all
                assert "Error: " in result.output, result.output
                assert left in (hanging, set()), result.output
            self.mine -= hanging - left
            self.kept = {key: self.kept[key] for key in self.mine}

        @rule()
        def purge(self) -> None:
            result = self.database.cli("purge", "-f", "--database", self.database.name)
            if result.exit_code == 0:
                assert not any(self.database.counts().values())
                self.mine, self.kept = set(), {}
            else:
                assert "Error: " in result.output, result.output

        @invariant()
        def no_row_of_a_user_was_touched(self) -> None:
            for (table, row), values in self.kept.items():
                found = [found for found in self._rows(table) if found["id"] == row]
                assert found == [values], (table, row)

        def _wrote(self, table: str, row: int) -> None:
            self.mine.add((table, row))
            self._look()

        def _look(self) -> None:
            rows = {table: {found["id"]: found for found in self._rows(table)} for table in {table for table, _ in self.mine}}
            self.kept = {(table, row): rows[table][row] for table, row in self.mine}

        def _rows(self, table: str) -> list[Row]:
            assert table in METADATA.tables
            with self.database.connection() as connection:
                return rows_of(connection, table)

    run_state_machine_as_test(
        World,
        settings=settings(
            max_examples=30 if ALL_FAULTS else 2,
            stateful_step_count=20 if ALL_FAULTS else 10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
