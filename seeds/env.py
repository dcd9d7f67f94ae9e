"""The environment of the seed data: what plain `alembic -n seed …` and the CLI both run."""

from terp_seed import run
from terp_seed.terp import PROJECT

run(PROJECT)
