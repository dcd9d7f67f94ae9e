"""The environment of the workshop's seeds."""

from terp_seed.engine import runner
from tests.workshop.tables import PROJECT

runner.run(PROJECT)
