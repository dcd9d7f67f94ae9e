"""The Alembic environment of the seed data, run by plain `alembic -n seed …` and by the CLI."""

from terp_seed import run
from terp_seed.terp import PROJECT

run(PROJECT)
