"""What is inferred from a schema that a test writes down, on a SQLite database in memory."""

from collections.abc import Mapping

import sqlalchemy as sa

from terp_seed.backends.database import Database
from terp_seed.inference.asked import TablePlan
from terp_seed.inference.live_schema import read_schema
from terp_seed.inference.planner import SeedPlan, plan_schema
from terp_seed.inference.trials import Trials
from terp_seed.model.names import Names


def planned(ddl: str, seeded: Mapping[str, int] | None = None, wanted: tuple[str, ...] | None = None) -> SeedPlan:
    """Return the plan of the tables of some statements."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    try:
        with engine.connect() as connection:
            for statement in filter(str.strip, ddl.split(";")):
                connection.exec_driver_sql(statement)
            database = Database(connection, Names.of("test"))
            return plan_schema(read_schema(database), Trials(database), seeded or {}, wanted)
    finally:
        engine.dispose()


def plans(ddl: str) -> dict[str, TablePlan]:
    """Return the plan of each table, by name; none may be refused."""
    found = planned(ddl)
    assert found.refused == {}
    return {plan.name: plan for plan in found.tables}


def line(ddl: str, column: str, table: str = "t") -> str:
    """Return the line that seeds a column."""
    chosen = plans(ddl)[table].columns[column]
    return f"{chosen.text}  {chosen.comment}"
