"""The environment of the seed data: what plain `alembic -n seed …` and the CLI both run."""

from terp_seed.engine import runner
from terp_seed.tables import DERIVED, GENERATOR_VERSION, REFERENCES, TABLES

runner.run(TABLES, GENERATOR_VERSION, REFERENCES, DERIVED)
