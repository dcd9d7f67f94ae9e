"""The environment of the seed data: what plain `alembic -n seed …` and the CLI both run."""

from terp_seed.engine import runner
from terp_seed.tables import PROJECT

runner.run(PROJECT)
