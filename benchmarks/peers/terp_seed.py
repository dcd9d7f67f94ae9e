"""terp_seed: `terp-seed upgrade`, with its lock, its checks before the first write, its ledger and its seven transactions."""

# every peer has imported what it needs before the clock starts
import faker.providers.address.en_US
import faker.providers.company
import faker.providers.person.en_US  # noqa: F401

from terp_seed.app import commands
from terp_seed.model.recipe import Size
from terp_seed.settings import Settings


def seed(url: str, units: int) -> None:
    """Seed that many units."""
    commands.upgrade(Settings(url=url, size=Size(units), force=True))


def seed_script(url: str, units: int) -> None:
    """Print the script that does it."""
    commands.upgrade_script(Settings(url=url, size=Size(units)))
