"""The environment of the workshop's seeds."""

from terp_seed.runtime import runner
from tests.workshop.tables import PROJECT

runner.run(PROJECT)
