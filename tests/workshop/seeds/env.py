"""The environment of the workshop's seeds."""

from terp_seed import run
from tests.workshop.tables import PROJECT

run(PROJECT)
