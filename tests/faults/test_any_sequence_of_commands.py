"""The promise: after any sequence of commands, kills and other people's writes, the ledger is what is in the database."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests import rows_of_users
from tests.conftest import PLACES
from tests.faults.picture import NEEDS, Picture
from tests.faults.processes import Death, commands, forked
from tests.support import ALL_FAULTS, SEVEN, Database

AS_OF = "--as-of=2026-03-01"
tables = st.sampled_from(SEVEN)


@pytest.mark.parametrize("place", PLACES)
def test_any_sequence_of_commands(place: str, new_terp: Callable[[str], Database]) -> None:
    class Operator(RuleBasedStateMachine):
        """An operator, an application and a grim reaper at one database; the model is which tables are seeded."""

        def __init__(self) -> None:
            super().__init__()
            self.database = new_terp(place)
            self.before = Picture.of(self.database)
            self.seeded: set[str] | None = set()  # None when nobody can know
            self.mine: list[dict[str, int]] = []
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
            way = commands()[number % 2]
            forked(lambda: way.run(verb, self.database), Death(number, after))
            self.seeded = None  # whatever it is now, it is whole tables

        @rule()
        def application_inserts(self) -> None:
            self.mine.append(rows_of_users.add(self.database, f"app{len(self.mine)}"))
            self._application_was_here()

        @rule()
        def application_updates(self) -> None:
            if self.mine:
                self.database.execute(f"UPDATE clients SET wishlist = 'changed' WHERE id = {self.mine[-1]['clients']}")
                self._application_was_here()

        @rule()
        def application_refers_to_a_seeded_client(self) -> None:
            if self.mine and self.referring is None and "clients" in self._now_seeded():
                client = self.database.scalar("SELECT first_id FROM seed_ledger WHERE table_name = 'clients'")
                self.referring = self.mine[-1]["orders"]
                self.database.execute(f"UPDATE orders SET client_id = {client} WHERE id = {self.referring}")
                self._application_was_here()

        @rule()
        def application_refers_no_longer(self) -> None:
            if self.referring is not None:
                self.database.execute(f"UPDATE orders SET client_id = {self.mine[-1]['clients']} WHERE id = {self.referring}")
                self.referring = None
                self._application_was_here()

        @invariant()
        def the_ledger_is_what_is_in_the_database_and_the_rest_is_as_it_was(self) -> None:
            now = Picture.of(self.database)
            now.assert_whole(self.before)
            if self.seeded is not None:
                assert now.tables == self.seeded

        def _now_seeded(self) -> set[str]:
            return Picture.of(self.database).tables

        def _application_was_here(self) -> None:
            """Take what is in the database now, but for what is seeded, for what has to stay."""
            self.before = Picture.of(self.database)

    run_state_machine_as_test(
        Operator,
        settings=settings(
            max_examples=40 if ALL_FAULTS else 2,
            stateful_step_count=25 if ALL_FAULTS else 10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
