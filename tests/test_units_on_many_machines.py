"""The promise: scripts of parts, made anywhere, have the rows and ids of the whole one, and a forgotten part is noticed."""

import re
from pathlib import Path

import pytest

from terp_seed.rows import statements
from tests import rows_of_users
from tests.clients import apply, apply_well
from tests.scripts import everything, script
from tests.support import ALL_FAULTS, SMALL, Database

UNITS, FIRST = 8, 6
SETTINGS = ("-x", "as_of=2026-03-01", "-x", f"size=x{UNITS}")
FIRST_PART, LAST_PART = f"1:{FIRST}", f"{FIRST + 1}:{UNITS}"
PARTS = ("1:1", "2:3", f"4:{FIRST}", LAST_PART)  # with and without helpers, which begin at three units here


@pytest.fixture(autouse=True)
def helpers_for_few_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make helpers worth their while for parts of three units, in several pieces."""
    monkeypatch.setattr(statements, "_WORTH_A_PROCESS", 3)
    monkeypatch.setattr(statements, "_TOGETHER", 2)


def part(database: Database, units: str, *arguments: str) -> str:
    return script(database, *SETTINGS, "-x", f"units={units}", *(arguments or ("upgrade", "head")))


def rows_of(text: str) -> set[str]:
    """Return the rows of a script, each with its table, but those that only keep ids free."""
    found: set[str] = set()
    table = ""
    for line in text.splitlines():
        insert = re.match(r"INSERT INTO [`\"](\w+)", line)
        table = insert[1] if insert else table
        gone = re.match(r"DELETE FROM [`\"](\w+)[`\"] WHERE [`\"]id[`\"] = (\d+);", line)
        if gone:
            found = {row for row in found if not row.startswith(f"{gone[1]} ({gone[2]},")}
        if line.startswith("("):
            found.add(f"{table} {line[: line.rindex(')')]}")
    return found


@pytest.mark.exhaustive
def test_the_parts_are_the_whole(pair: tuple[Database, Database], tmp_path: Path) -> None:
    by_parts, whole = pair
    for first_id in ("1", "7001") if ALL_FAULTS else ("7001",):
        at = ("-x", f"first_id={first_id}", "upgrade", "head")
        parts = [part(by_parts, units, *at) for units in PARTS]
        in_one = script(whole, *SETTINGS, *at)
        assert set().union(*map(rows_of, parts)) == rows_of(in_one)
        assert sum(len(rows_of(text)) for text in parts) == len(rows_of(in_one))
        for text in (parts[0], *reversed(parts[1:])):  # after the first, in any order
            apply_well(by_parts, text)
        apply_well(whole, in_one)
        assert everything(by_parts) == everything(whole)
        for text in (parts[0], parts[-1]):
            (tmp_path / "part.sql").write_text(text, encoding="utf-8", newline="\n")
            assert by_parts.cli("verify", "--script", str(tmp_path / "part.sql")).exit_code == 0
        assert by_parts.cli("downgrade", "-f").exit_code == 0
        assert whole.cli("downgrade", "-f").exit_code == 0
        assert everything(by_parts) == everything(whole)


def test_part_with_all_units_is_the_whole_script(sqlite_terp: Database) -> None:
    assert part(sqlite_terp, f"1:{UNITS}") == script(sqlite_terp, *SETTINGS, "upgrade", "head")


def test_forgotten_part_is_noticed_and_can_follow_later(terp: Database) -> None:
    orders = SMALL["orders"]
    apply_well(terp, part(terp, FIRST_PART))
    verified = terp.cli("verify")
    assert verified.exit_code == 1
    assert f"orders: rows match the ledger: {FIRST * orders} of {UNITS * orders}" in verified.output
    assert "Nothing to do" in terp.cli("upgrade", "-f").output
    # an application's rows get ids behind the whole block
    mine = [rows_of_users.add(terp, "mine")]
    assert mine[0]["orders"] > UNITS * orders
    apply_well(terp, part(terp, LAST_PART))
    assert terp.cli("verify").exit_code == 0
    assert terp.cli("downgrade", "-f").exit_code == 0
    assert terp.everything() == rows_of_users.read(terp, mine)


@pytest.mark.parametrize(
    ("before", "units", "sentence"),
    [
        ([], LAST_PART, "Nothing is seeded here"),
        ([FIRST_PART, LAST_PART], LAST_PART, "has rows in the ids"),
        ([FIRST_PART, LAST_PART], FIRST_PART, "has rows in the ids"),
    ],
)
def test_a_part_that_does_not_fit_stops(terp: Database, before: list[str], units: str, sentence: str) -> None:
    for each in before:
        apply_well(terp, part(terp, each))
    kept = everything(terp)
    ran = apply(terp, part(terp, units))
    assert ran.returncode != 0
    assert sentence in ran.stderr
    assert everything(terp) == kept


def test_a_part_of_another_whole_stops(terp: Database) -> None:
    apply_well(terp, part(terp, FIRST_PART))
    kept = everything(terp)
    ran = apply(
        terp, script(terp, "-x", "as_of=2026-03-02", "-x", f"size=x{UNITS}", "-x", f"units={LAST_PART}", "upgrade", "head")
    )
    assert "seed_ledger does not hold the rows that this script builds on" in ran.stderr
    assert everything(terp) == kept


def test_part_that_was_cut_off_can_be_reapplied(terp: Database) -> None:
    apply_well(terp, part(terp, FIRST_PART))
    kept = everything(terp)
    text = part(terp, LAST_PART)
    ran = apply(terp, text[: text.index("-- payments")] + "SELECT no_such_column FROM clients;\n")
    assert ran.returncode != 0
    assert everything(terp) == kept
    apply_well(terp, text)
    assert terp.cli("verify").exit_code == 0


def test_units_are_refused_where_they_mean_nothing(sqlite_terp: Database) -> None:
    online = sqlite_terp.cli("upgrade", "--units=1:2", "-f")
    assert (online.exit_code, online.stderr.count("Error: ")) == (2, 1)
    assert "--units can only be used with --sql" in online.stderr
    for command in (("upgrade", "head"), ("downgrade", "base"), ("downgrade", "head:base", "--sql")):
        ran = sqlite_terp.alembic("-n", "seed", "-x", "units=1:1", *command)
        assert ran.code != 0, command
        assert "units is for scripts" in ran.out
    for units, said in (
        ("2:11", "size medium has the units 1 to 10"),
        ("3:2", "expected A:B"),
        ("7", "expected A:B"),
        ("0:1", ""),
    ):
        refused = sqlite_terp.cli("upgrade", "--sql", "--size=medium", f"--units={units}")
        assert refused.exit_code == 2
        assert said in refused.stderr
