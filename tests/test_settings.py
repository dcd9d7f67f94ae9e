"""Settings: what is given is checked before anything else happens, and the environment is found in a fixed order."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terp_seed.errors import BadSetting
from terp_seed.model.recipe import LARGEST_ID, Recipe, Size
from terp_seed.settings import DEFAULT_URL, ENVIRONMENTS, OPTION_KEYS, Settings

MANAGED = "mysql://doadmin:secret@db-mysql-nyc1-1.b.db.ondigitalocean.com:25060/defaultdb?ssl-mode=REQUIRED"
LOCAL = "mysql://root@127.0.0.1:3306/terp"
RECORDED = Recipe(Size(10), 42, date(2024, 6, 1), 1)


def read(options: Mapping[str, str | None] | None = None, variables: Mapping[str, str] | None = None) -> Settings:
    """Read settings without a .env and without the variables of this process."""
    return Settings.from_options(options or {}, variables or {}, dotenv="no such file")


@pytest.mark.parametrize(
    ("text", "units", "written"),
    [
        ("small", 1, "small"),
        ("medium", 10, "medium"),
        ("large", 100, "large"),
        ("x1", 1, "small"),
        ("x2", 2, "x2"),
        ("x10", 10, "medium"),
        ("x99", 99, "x99"),
        ("x100", 100, "large"),
        ("x999999", 999_999, "x999999"),
        ("x1000000", 1_000_000, "x1000000"),
    ],
)
def test_a_size_is_read_and_written(text: str, units: int, written: str) -> None:
    assert Size.parse(text) == Size(units)
    assert str(Size.parse(text)) == written


@given(units=st.integers(1, 1_000_000))
def test_every_size_can_be_read_again(units: int) -> None:
    assert Size.parse(f"x{units}") == Size(units)
    assert Size.parse(str(Size(units))) == Size(units)


BAD_SIZES = (
    *("", " ", "x", "x0", "x00", "x01", "x-1", "x+1", "x1.0", "x1e3", "x1_000", "x 1", "x1 ", " x1", "x1\n", "x1000001"),
    *("x9999999", "x10000000", "x" + "9" * 5_000, "X5", "5", "1", "-1", "Small", "SMALL", "tiny", "huge", "small ", "small\n"),
    *("x\u0661", "x\uff15", "x1\u0661", "\u04451", "xx1", "x1x", "0x10", "smal\u217c"),
)


@pytest.mark.parametrize("text", BAD_SIZES, ids=lambda text: ascii(text)[:20])
def test_another_size_is_refused(text: str) -> None:
    message = f"Size {text!r} is not known: expected small, medium, large or xN with N from 1 to 1000000."
    with pytest.raises(BadSetting, match=re.escape(message)):
        Size.parse(text)
    with pytest.raises(BadSetting, match=re.escape(message)):
        read({"size": text})


@pytest.mark.parametrize(("text", "seed"), [("0", 0), ("42", 42), ("007", 7), (str(2**63 - 1), 2**63 - 1)])
def test_seed_is_an_integer_below_2_to_63(text: str, seed: int) -> None:
    assert read({"seed": text}).seed == seed


BAD_NUMBERS = (
    "",
    " ",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "0x10",
    "1_000",
    "4 2",
    "42\n",
    " 42",
    "\u0664\u0662",
    "\u00b2",
    "forty-two",
    "None",
)


@pytest.mark.parametrize("text", [*BAD_NUMBERS, str(2**63), str(2**64), "9" * 5_000], ids=lambda text: ascii(text)[:20])
def test_another_seed_is_refused(text: str) -> None:
    message = f"seed {text!r} cannot be used: expected a whole number from 0 to {2**63 - 1}."
    with pytest.raises(BadSetting, match=re.escape(message)):
        read({"seed": text})


@pytest.mark.parametrize("text", ["1", "1001", str(LARGEST_ID)])
def test_first_id_is_what_int_column_holds(text: str) -> None:
    assert read({"first_id": text}).first_id == int(text)


@pytest.mark.parametrize("text", [*BAD_NUMBERS, "0", str(LARGEST_ID + 1)], ids=ascii)
def test_another_first_id_is_refused(text: str) -> None:
    message = f"first_id {text!r} cannot be used: expected a whole number from 1 to 9223372036854775807."
    with pytest.raises(BadSetting, match=re.escape(message)):
        read({"first_id": text})


@pytest.mark.parametrize("text", ["2024-02-30", "2023-02-29", "2024-13-01", "2024-00-01"])
def test_impossible_day_is_refused_as_such(text: str) -> None:
    with pytest.raises(BadSetting, match=f"as_of '{text}' is not a date"):
        read({"as_of": text})


@pytest.mark.parametrize("text", ["1980-01-01", "2000-02-29", "2024-06-30", "2037-12-31"])
def test_as_of_is_day_from_1980_to_2037(text: str) -> None:
    assert str(read({"as_of": text}).as_of) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "today", "1979-12-31", "2038-01-01", "0001-01-01", "9999-12-31"),
        *("2024-1-1", "20240101", "2024-W01-1", "2024-001", "2024-01-01T00:00:00", "2024-01-01 ", " 2024-01-01"),
        *("2024-01-01\n", "01.01.2024", "2024/01/01", "\u0662\u0660\u0662\u0664-01-01", "-2024-01-01"),
    ],
    ids=ascii,
)
def test_another_as_of_is_refused(text: str) -> None:
    message = f"as_of {text!r} cannot be used: expected a day from 1980-01-01 to 2037-12-31."
    with pytest.raises(BadSetting, match=re.escape(message)):
        read({"as_of": text})


@pytest.mark.parametrize(
    ("text", "force"),
    [*((word, True) for word in ("true", "TRUE", "1", "Yes")), *((word, False) for word in ("false", "False", "0", "no"))],
)
def test_force_is_given_or_withheld_by_a_word(text: str, force: bool) -> None:
    assert read({"force": text}).force is force


@pytest.mark.parametrize("text", ["", "maybe", "2", "y", "on", "true ", "t", "-1"])
def test_another_force_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(f"force {text!r} cannot be used: expected true or false.")):
        read({"force": text})


@pytest.mark.parametrize("key", ["sizes", "Size", "as-of", "first-id", "environment", "clean", "table", "", "seed "])
@pytest.mark.parametrize("value", ["1", None])
def test_an_unknown_key_is_refused(key: str, value: str | None) -> None:
    known = "size, seed, as_of, first_id, units, env, force, discard_edits, allow_triggers"
    message = f"-x {key} is not known: expected one of {known}. Nothing was done."
    with pytest.raises(BadSetting, match=re.escape(message)):
        read({"size": "small", key: value})


def test_what_is_not_given_is_left_open() -> None:
    before = datetime.now(UTC).date()
    made = read()
    assert before <= made.today <= datetime.now(UTC).date()
    assert made == Settings(url=DEFAULT_URL, today=made.today)
    assert (made.size, made.seed, made.as_of, made.ca_cert) == (None, None, None, None)
    assert (made.first_id, made.environment, made.force) == (1, "development", False)
    assert read(dict.fromkeys(OPTION_KEYS)) == made


def test_everything_that_is_given_is_kept() -> None:
    options = {"size": "x3", "seed": "7", "as_of": "2024-06-01", "first_id": "1001", "env": "staging", "force": "true"}
    made = read(options, {"DATABASE_URL": LOCAL, "DATABASE_CA_CERT": "ca.pem"})
    assert made == Settings(
        url=LOCAL,
        size=Size(3),
        seed=7,
        as_of=date(2024, 6, 1),
        first_id=1001,
        environment="staging",
        force=True,
        today=made.today,
        ca_cert="ca.pem",
    )


@pytest.mark.parametrize(
    ("option", "variables", "environment"),
    [
        ("test", {"TERP_ENV": "staging", "NODE_ENV": "production", "DATABASE_URL": MANAGED}, "test"),
        (None, {"TERP_ENV": "staging", "NODE_ENV": "production", "DATABASE_URL": MANAGED}, "staging"),
        (None, {"NODE_ENV": "test", "DATABASE_URL": MANAGED}, "test"),
        (None, {"NODE_ENV": "production", "DATABASE_URL": LOCAL}, "production"),
        (None, {"DATABASE_URL": MANAGED}, "production"),
        (None, {"DATABASE_URL": LOCAL}, "development"),
        (None, {}, "development"),
        ("development", {"DATABASE_URL": MANAGED}, "development"),
        ("PRODUCTION", {"TERP_ENV": "development", "DATABASE_URL": LOCAL}, "production"),
        (None, {"TERP_ENV": "Staging"}, "staging"),
        (None, {"TERP_ENV": "", "NODE_ENV": "", "DATABASE_URL": MANAGED}, "production"),
        (None, {"TERP_ENV": "", "NODE_ENV": "test"}, "test"),
    ],
)
def test_the_environment_is_the_first_that_is_said(option: str | None, variables: dict[str, str], environment: str) -> None:
    assert read({"env": option}, variables).environment == environment


@pytest.mark.parametrize(
    "url",
    [
        MANAGED,
        MANAGED.upper().replace("MYSQL://", "mysql://"),
        MANAGED.replace("ondigitalocean.com:", "ondigitalocean.com.:"),
        "mysql+pymysql://private-db-mysql-nyc1-1.b.db.ondigitalocean.com/terp",
        "mysql:///defaultdb?host=a.db.ondigitalocean.com",
        "mysql://doadmin:p%40ss%2Fword%23@a.db.ondigitalocean.com:25060/defaultdb",
        # SQLAlchemy takes these passwords as they are, so a run would reach the managed database
        "mysql://doadmin:p/ss@a.db.ondigitalocean.com:25060/defaultdb",
        "mysql://doadmin:p#ss@a.db.ondigitalocean.com:25060/defaultdb",
        "mysql://doadmin:p?ss@a.db.ondigitalocean.com:25060/defaultdb",
        "mysql://doadmin:p[ss@a.db.ondigitalocean.com:25060/defaultdb",
    ],
)
def test_a_managed_host_is_production(url: str) -> None:
    assert read({}, {"DATABASE_URL": url}).environment == "production"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root@db.ondigitalocean.com.example.org/terp",
        "mysql://root@127.0.0.1/a.db.ondigitalocean.com",
        "mysql://a.db.ondigitalocean.com@127.0.0.1/terp",
        "mysql://root:a.db.ondigitalocean.com@localhost/terp",
        "mysql://root@mydb.ondigitalocean.com/terp",
        "sqlite:///a.db.ondigitalocean.com",
        "sqlite://",
        "no address at all",
    ],
)
def test_another_host_is_no_production(url: str) -> None:
    assert read({}, {"DATABASE_URL": url}).environment == "development"


@pytest.mark.parametrize(
    "url", ["mysql://root@localhost:port/terp", "mysql://root@[::1/terp", "mysql://root@localhost:33o6/terp"]
)
def test_unreadable_address_is_left_to_the_connection(url: str) -> None:
    assert read({}, {"DATABASE_URL": url}).environment == "development"


@pytest.mark.parametrize("word", ["prod", "live", "dev", "produktion", " production", "production ", "production\n", "null"])
@pytest.mark.parametrize("source", ["env", "TERP_ENV", "NODE_ENV"])
def test_an_unknown_environment_is_refused(source: str, word: str) -> None:
    options, variables = ({"env": word}, {}) if source == "env" else ({}, {source: word})
    message = f"{source} {word!r} is not an environment: expected one of development, test, staging, production."
    with pytest.raises(BadSetting, match=re.escape(message)):
        read(options, variables)


def test_overruled_unknown_environment_is_harmless() -> None:
    assert read({"env": "test"}, {"TERP_ENV": "live"}).environment == "test"
    assert read({}, {"TERP_ENV": "test", "NODE_ENV": "live"}).environment == "test"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder of its own, for a .env."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_env_file_of_working_folder_is_read(folder: Path) -> None:
    folder.joinpath(".env").write_text(f"DATABASE_URL='{LOCAL}'\nTERP_ENV=staging\nDATABASE_CA_CERT=ca.pem\nEMPTY\n")
    made = Settings.from_options({}, {})
    assert (made.url, made.environment, made.ca_cert) == (LOCAL, "staging", "ca.pem")


def test_the_process_environment_wins_over_the_env_file(folder: Path) -> None:
    folder.joinpath(".env").write_text("DATABASE_URL=sqlite:///file.db\nTERP_ENV=staging\nDATABASE_CA_CERT=file.pem\n")
    made = Settings.from_options({}, {"DATABASE_URL": LOCAL, "TERP_ENV": "test"})
    assert (made.url, made.environment, made.ca_cert) == (LOCAL, "test", "file.pem")


def test_the_variables_of_this_process_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.joinpath(".env").write_text("DATABASE_URL=sqlite:///file.db\nTERP_ENV=staging\n")
    monkeypatch.setenv("DATABASE_URL", LOCAL)
    monkeypatch.setenv("TERP_ENV", "production")
    made = Settings.from_options({})
    assert (made.url, made.environment) == (LOCAL, "production")


def test_managed_host_in_env_file_is_production(folder: Path) -> None:
    folder.joinpath(".env").write_text(f"DATABASE_URL={MANAGED}\n")
    assert Settings.from_options({}, {}).environment == "production"
    assert Settings.from_options({}, {"NODE_ENV": "development"}).environment == "development"


def test_another_env_file_can_be_named(folder: Path) -> None:
    folder.joinpath(".env").write_text("TERP_ENV=staging\n")
    folder.joinpath("other").write_text("TERP_ENV=test\n")
    assert Settings.from_options({}, {}, dotenv="other").environment == "test"
    assert Settings.from_options({}, {}, dotenv="missing").environment == "development"


def test_unknown_environment_in_env_file_is_refused(folder: Path) -> None:
    folder.joinpath(".env").write_text("NODE_ENV=live\n")
    with pytest.raises(BadSetting, match="NODE_ENV 'live' is not an environment"):
        Settings.from_options({}, {})


def test_recipe_takes_given_settings_or_defaults() -> None:
    settings = Settings(today=date(2025, 5, 5))
    assert settings.recipe(3) == Recipe(Size(1), 42, date(2025, 5, 5), 3)
    asked = Settings(size=Size(5), seed=0, as_of=date(2001, 1, 1), today=date(2025, 5, 5))
    assert asked.recipe(3) == Recipe(Size(5), 0, date(2001, 1, 1), 3)


def test_a_recorded_recipe_goes_before_everything() -> None:
    assert Settings(size=Size(5), seed=0).recipe(3, RECORDED) == RECORDED


def test_what_was_not_given_conflicts_with_nothing() -> None:
    assert Settings().conflicts(RECORDED) == []
    assert Settings(size=Size(10), seed=42, as_of=date(2024, 6, 1)).conflicts(RECORDED) == []


@pytest.mark.parametrize(
    ("settings", "conflicts"),
    [
        (Settings(size=Size(1)), ["size is medium, not small"]),
        (Settings(size=Size(7)), ["size is medium, not x7"]),
        (Settings(seed=0), ["seed is 42, not 0"]),
        (Settings(as_of=date(2024, 6, 2)), ["as_of is 2024-06-01, not 2024-06-02"]),
        (Settings(size=Size(10), seed=41), ["seed is 42, not 41"]),
        (
            Settings(size=Size(100), seed=1, as_of=date(1980, 1, 1)),
            ["size is medium, not large", "seed is 42, not 1", "as_of is 2024-06-01, not 1980-01-01"],
        ),
    ],
    ids=lambda value: "",
)
def test_each_conflict_is_named_with_both_values(settings: Settings, conflicts: list[str]) -> None:
    assert settings.conflicts(RECORDED) == conflicts


def test_the_environments_are_these() -> None:
    assert ENVIRONMENTS == ("development", "test", "staging", "production")
