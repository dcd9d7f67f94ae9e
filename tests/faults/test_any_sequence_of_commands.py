"""The promise: after any sequence of commands, kills and other people's writes, the ledger is what is in the database."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests import rows_of_users
from tests.faults.processes import SUICIDE, start
from tests.support import SEVEN, SMALL, Database

FULL = bool(os.environ.get("TERP_SEED_ALL_FAULTS"))
AS_OF = "--as-of=2026-03-01"
NEEDS = {
    "vendors": {"vendors"},
    "clients": {"clients"},
    "products": {"products"},
    "batches": {"vendors", "products", "batches"},
    "orders": {"vendors", "products", "batches", "clients", "orders"},
    "invoices": set(SEVEN) - {"payments"},
    "payments": set(SEVEN),
}
tables = st.sampled_from(SEVEN)


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_any_sequence_of_commands(kind: str, new_database: Any, tmp_path: Any) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SUICIDE)

    class Operator(RuleBasedStateMachine):
        """An operator, an application and a grim reaper at one database; the model is which tables are seeded."""

        def __init__(self) -> None:
            super().__init__()
            self.database: Database = new_database(kind)
            assert self.database.alembic("upgrade", "head").code == 0
            self.seeded: set[str] | None = set()
            self.mine: list[dict[str, int]] = []
            self.kept: dict[str, list[dict[str, Any]]] = {}
            self.referring: int | None = None

        @rule(table=tables)
        def seed_a_table(self, table: str) -> None:
            assert self.database.cli("upgrade", AS_OF, "--table", table, "-f").exit_code == 0
            self.seeded = self._now_seeded() | NEEDS[table]

        @rule()
        def seed_everything(self) -> None:
            assert self.database.cli("upgrade", AS_OF, "-f").exit_code == 0
            self.seeded = set(SEVEN)

        @rule(table=st.one_of(tables, st.none()))
        def roll_back(self, table: str | None) -> None:
            before = self._now_seeded()
            going = {name for name in SEVEN if table is None or table in NEEDS[name]} & before
            result = self.database.cli("downgrade", *(["--table", table] if table else []), "-f")
            if self.referring is not None and "clients" in going:
                assert result.exit_code == 2, result.output
                assert "Rows that were not seeded refer to seeded rows" in result.stderr
                self.seeded = before
            else:
                assert result.exit_code == 0, result.output
                self.seeded = before - going

        @rule()
        def clean(self) -> None:
            before = self._now_seeded()
            result = self.database.cli("upgrade", "--clean", AS_OF, "-f")
            blocked = self.referring is not None and "clients" in before
            assert result.exit_code == (2 if blocked else 0), result.output
            self.seeded = before if blocked else set(SEVEN)

        @rule(number=st.integers(1, 140), after=st.booleans(), verb=st.sampled_from(["upgrade", "downgrade"]))
        def be_killed(self, number: int, after: bool, verb: str) -> None:
            options = [AS_OF] if verb == "upgrade" else []
            side = "after" if after else "before"
            site = str(tmp_path / "site")
            run = start(self.database, "terp-seed", verb, *options, "-f", PYTHONPATH=site, KILL_AT=str(number), KILL_SIDE=side)
            run.communicate()
            self.seeded = None  # whatever it is now, it is whole tables

        @rule()
        def application_inserts(self) -> None:
            self.mine.append(rows_of_users.add(self.database, f"app{len(self.mine)}"))
            self.kept = rows_of_users.read(self.database, self.mine)

        @rule()
        def application_updates(self) -> None:
            if self.mine:
                self.database.execute(f"UPDATE clients SET wishlist = 'changed' WHERE id = {self.mine[-1]['clients']}")
                self.kept = rows_of_users.read(self.database, self.mine)

        @rule()
        def application_refers_to_a_seeded_client(self) -> None:
            if self.mine and self.referring is None and "clients" in self._now_seeded():
                client = self.database.scalar("SELECT first_id FROM seed_ledger WHERE table_name = 'clients'")
                self.referring = self.mine[-1]["orders"]
                self.database.execute(f"UPDATE orders SET client_id = {client} WHERE id = {self.referring}")
                self.kept = rows_of_users.read(self.database, self.mine)

        @rule()
        def application_refers_no_longer(self) -> None:
            if self.referring is not None:
                self.database.execute(f"UPDATE orders SET client_id = {self.mine[-1]['clients']} WHERE id = {self.referring}")
                self.referring = None
                self.kept = rows_of_users.read(self.database, self.mine)

        @invariant()
        def the_ledger_is_what_is_in_the_database(self) -> None:
            seeded = self._now_seeded()
            if self.seeded is not None:
                assert seeded == self.seeded
            counts = self.database.counts()
            assert counts == {name: len(self.mine) + (SMALL[name] if name in seeded else 0) for name in SEVEN}

        @invariant()
        def rows_of_users_are_as_they_were(self) -> None:
            if self.mine:
                assert rows_of_users.read(self.database, self.mine) == self.kept

        def _now_seeded(self) -> set[str]:
            if "seed_ledger" not in self.database.tables():
                return set()
            with self.database.connection() as connection:
                rows = connection.exec_driver_sql("SELECT table_name, first_id, last_id, row_count FROM seed_ledger").all()
                for name, first, last, count in rows:
                    found = connection.exec_driver_sql(
                        f"SELECT COUNT(*) FROM {name} WHERE id BETWEEN {first} AND {last}"
                    ).scalar()
                    assert found == count == last - first + 1
            return {row[0] for row in rows} & set(SEVEN)

    run_state_machine_as_test(
        Operator,
        settings=settings(
            max_examples=60 if FULL else 5,
            stateful_step_count=25 if FULL else 12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
