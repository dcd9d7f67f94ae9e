"""Settings: everything that a run can be configured with, read once from options, the environment and `.env`.

An unusable value fails here, before any connection is opened. No module below this one reads the clock or the environment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from terp_seed.errors import BadSetting
from terp_seed.model.recipe import LARGEST_ID, MOST_UNITS, Recipe, Size
from terp_seed.variables import read_variables

DEFAULT_URL = "sqlite:///terp.db"
DEFAULT_SEED = 42
ENVIRONMENTS = ("development", "test", "staging", "production")
FIRST_AS_OF, LAST_AS_OF = date(1980, 1, 1), date(2037, 12, 31)  # what a MySQL TIMESTAMP can hold, including the data's history
_MANAGED_HOST = ".db.ondigitalocean.com"
# the keys of `-x`, and so of the command line's options of the same names
OPTION_KEYS = ("size", "seed", "as_of", "first_id", "units", "env", "force", "discard_edits", "allow_triggers")


@dataclass(frozen=True)
class Settings:
    """Settings are the options of one run. None means "not given": the value recorded in the ledger applies."""

    url: str = DEFAULT_URL
    size: Size | None = None
    seed: int | None = None
    as_of: date | None = None
    first_id: int = 1
    units: tuple[int, int] | None = None
    environment: str = "development"
    force: bool = False
    discard_edits: bool = False
    allow_triggers: bool = False
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    ca_cert: str | None = None

    @classmethod
    def from_options(
        cls, options: Mapping[str, str | None], environ: Mapping[str, str] | None = None, dotenv: str = ".env"
    ) -> "Settings":
        """Build from `-x` keys or command-line options, and from DATABASE_URL, DATABASE_CA_CERT, TERP_ENV and NODE_ENV.

        The process environment takes precedence over `.env`. Raises BadSetting for an unknown key or an unusable value.
        """
        for key in options:
            if key not in OPTION_KEYS:
                raise BadSetting(f"-x {key} is not known: expected one of {', '.join(OPTION_KEYS)}. Nothing was done.")
        given = {key: value for key, value in options.items() if value is not None}
        variables = read_variables(environ, dotenv)
        url = variables.get("DATABASE_URL") or DEFAULT_URL
        environment = _environment(given.get("env"), variables, url)
        if environment == "production" and not variables.get("DATABASE_URL"):
            raise BadSetting(
                "DATABASE_URL is not set, and the environment is production: expected the address of its database, as in "
                "mysql://user:password@host:3306/database. Set it in the environment or in .env."
            )
        return cls(
            url=url,
            size=Size.parse(given["size"]) if "size" in given else None,
            seed=_whole_number("seed", given["seed"], 0, 2**63 - 1) if "seed" in given else None,
            as_of=_as_of(given["as_of"]) if "as_of" in given else None,
            first_id=_whole_number("first_id", given.get("first_id", "1"), 1, LARGEST_ID),
            units=_units(given["units"]) if "units" in given else None,
            environment=environment,
            force=_flag("force", given.get("force", "false")),
            discard_edits=_flag("discard_edits", given.get("discard_edits", "false")),
            allow_triggers=_flag("allow_triggers", given.get("allow_triggers", "false")),
            ca_cert=variables.get("DATABASE_CA_CERT") or None,
        )

    def recipe(self, generator_version: int, recorded: Recipe | None = None) -> Recipe:
        """Return the recipe to generate with: the recorded one, else these settings with defaults for what was not given."""
        if recorded is not None:
            return recorded
        return Recipe(
            size=self.size or Size(1),
            seed=DEFAULT_SEED if self.seed is None else self.seed,
            as_of=self.as_of or self.today,
            generator_version=generator_version,
        )

    def conflicts(self, recorded: Recipe) -> list[str]:
        """Return a phrase for each setting that was given and differs from the recorded one."""
        asked = {"size": self.size, "seed": self.seed, "as_of": self.as_of}
        return [
            f"{part.name} is {getattr(recorded, part.name)}, not {asked[part.name]}"
            for part in fields(Recipe)
            if asked.get(part.name) is not None and asked[part.name] != getattr(recorded, part.name)
        ]


def _units(text: str) -> tuple[int, int]:
    first, colon, last = text.partition(":")
    if colon:
        low = _whole_number("the first of units", first, 1, MOST_UNITS)
        high = _whole_number("the last of units", last, 1, MOST_UNITS)
        if low <= high:
            return low, high
    raise BadSetting(f"units {text!r} cannot be used: expected A:B, the numbers of the first and the last unit, as in 1:500.")


def _whole_number(name: str, text: str, low: int, high: int) -> int:
    if re.fullmatch(r"[0-9]{1,19}", text) and low <= int(text) <= high:
        return int(text)
    raise BadSetting(f"{name} {text!r} cannot be used: expected a whole number from {low} to {high}.")


def _as_of(text: str) -> date:
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError as error:
        raise BadSetting(f"as_of {text!r} is not a date ({error}): expected one, as in 2026-03-31.") from error
    if day is None or not FIRST_AS_OF <= day <= LAST_AS_OF:
        raise BadSetting(f"as_of {text!r} cannot be used: expected a day from {FIRST_AS_OF} to {LAST_AS_OF}.")
    return day


def _flag(name: str, text: str) -> bool:
    if text.lower() in ("true", "1", "yes", "false", "0", "no"):
        return text.lower() in ("true", "1", "yes")
    raise BadSetting(f"{name} {text!r} cannot be used: expected true or false.")


def _environment(option: str | None, variables: Mapping[str, str], url: str) -> str:
    for source, word in (
        ("env", option),
        ("TERP_ENV", variables.get("TERP_ENV")),
        ("NODE_ENV", variables.get("NODE_ENV")),
    ):
        if word:
            if word.lower() not in ENVIRONMENTS:
                raise BadSetting(f"{source} {word!r} is not an environment: expected one of {', '.join(ENVIRONMENTS)}.")
            return word.lower()
    return "production" if _is_managed(url) else "development"


def _is_managed(url: str) -> bool:
    # parsed by SQLAlchemy: with a / or # in the password another parser finds another host, and we would take a production
    # database for a development one
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return _MANAGED_HOST in url.lower()  # connecting reports the error
    hosts = (address.host, *address.query.values())  # ?host= has several spellings
    return any(str(host).lower().rstrip(".").endswith(_MANAGED_HOST) for host in hosts if host)
