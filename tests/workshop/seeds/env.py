"""The environment of the workshop's seeds."""

from terp_seed.engine import runner
from terp_seed.engine.references import Reference
from tests.workshop.tables import TABLES

runner.run(TABLES, 1, (Reference("jobs", "bill_id", "bills"),))
