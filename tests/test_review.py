"""The promise: what is reviewed is what runs. The page says of a seed before it runs what it says after it ran."""

import html
import re
import stat
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO

import pytest

from terp_seed.app import reviews
from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.backends.sqlite.dialect import SQLite
from terp_seed.cli import output
from terp_seed.errors import SeedError
from terp_seed.model.recipe import Size
from terp_seed.review.script import highlighted, sections
from terp_seed.settings import Settings
from tests import rows_of_users
from tests.support import CATALOG, NAMES, SMALL, Database

AS_OF = "--as-of=2026-03-01"
UNREACHABLE = Database("mysql://root:hidden-word@127.0.0.1:9/terp", "mysql")
LIBRARIES = ("jinja2", "pygal", "pygments")


def page_of(database: Database, *options: str, code: int = 0) -> str:
    result = database.cli("review", "-o-", *options)
    assert result.exit_code == code, result.output
    return result.stdout


def text_of(page: str, section: str, start: str = "", tag: str = "section") -> str:
    """Return the text of a section, from a tag in it on."""
    (found,) = re.findall(rf'<{tag} id="{section}".*?</{tag}>', page, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", found[found.index(start) :]))


def checks_on(page: str) -> int:
    """Return how many checks are listed: those of every table, and those that every database gets."""
    listed = re.findall(r'<table id="check-list".*?</table>', page, re.DOTALL)[0].count("<tr") - 1
    assert listed > sum(len(part.checks) for part in CATALOG.every)
    return listed


def scripts_on(page: str) -> list[str]:
    """Return the SQL of each revision."""
    return [
        html.unescape(re.sub(r"<[^>]*>", "", sql)).strip() for sql in re.findall(r'<pre class="sql".*?</pre>', page, re.DOTALL)
    ]


@pytest.fixture(scope="module")
def planned() -> str:
    """Return a page about a database that nobody can reach."""
    return page_of(UNREACHABLE, AS_OF, "--env=production")


def test_planned_page_connects_nowhere_and_hides_password(planned: str) -> None:
    page = planned
    assert "root:***@127.0.0.1:9/terp" in page
    assert "hidden-word" not in page
    assert "production" in text_of(page, "overview")
    assert f"{checks_on(page)} checks hold, none fails" in " ".join(text_of(page, "overview").split())


def test_planned_and_live_agree(terp: Database) -> None:
    planned = page_of(terp, AS_OF, "--size=x2")
    terp.cli("upgrade", AS_OF, "--size=x2", "-f")
    before = terp.digest()
    live = page_of(terp, "--live")
    assert terp.digest() == before
    for section, start in (("plots", ""), ("tables", ""), ("masking", ""), ("script", "<details")):
        assert text_of(planned, section, start) == text_of(live, section, start)
    assert text_of(planned, "check-list", tag="table") == text_of(live, "check-list", tag="table")
    assert re.findall(r"<svg.*?</svg>", planned, re.DOTALL) == re.findall(r"<svg.*?</svg>", live, re.DOTALL)
    assert "as they were on 20" in live
    assert "as they were on" not in planned


def test_same_settings_give_same_bytes_in_any_process() -> None:
    here = page_of(UNREACHABLE, AS_OF, "--size=x2")
    there = UNREACHABLE.process("terp-seed", "review", AS_OF, "-o-", "--size=x2", PYTHONHASHSEED="1", LC_ALL="C", TZ="Asia/Tokyo")
    assert there.returncode == 0, there.stderr
    assert there.stdout == here
    assert page_of(UNREACHABLE, AS_OF, "--size=x2", "--seed=43") != here


def test_page_shows_the_whole_script_of_small_tables(planned: str) -> None:
    script = UNREACHABLE.seed("-x", "as_of=2026-03-01", "upgrade", "clients", "--sql").out
    shown = scripts_on(page_of(UNREACHABLE, AS_OF, "--table=clients"))
    assert len(shown) == 3  # what comes before, the ledger's revision and the clients'
    assert "\n".join(shown).split() == script.split()
    assert len(scripts_on(planned)) == len(SMALL) + 2


@pytest.mark.parametrize("dialect", [SQLite(NAMES), MySQL(NAMES)])
def test_highlighting_changes_no_character(dialect: SQLite | MySQL) -> None:
    sql = "-- a <b> & 'c'\nINSERT INTO `t` (\"x\") VALUES\n(1, 'it''s \\n </pre>', NULL, -2.50, _utf8mb4 0x41, ('a'||char(9)))"
    assert html.unescape(re.sub(r"</?span[^>]*>", "", highlighted(sql, dialect))).rstrip("\n") == sql


def test_a_script_is_cut_at_its_revisions() -> None:
    first, second = (
        "BEGIN;\n\n-- Running upgrade  -> a\n\nA;\n\nCOMMIT;",
        "BEGIN;\n\n-- Running upgrade a, c -> b\n\nB;\n\nCOMMIT;",
    )
    script = f"SET x;\n\n{first}\n\n{second}\n"
    found = {section.revision: section.sql for section in sections(script)}
    assert found == {None: "SET x;", "a": first, "b": second}


def test_page_of_big_seed_says_it_is_partial() -> None:
    page = page_of(UNREACHABLE, AS_OF, "--size=x20")
    overview = " ".join(text_of(page, "overview").split())
    assert "3,900 rows in 7 tables" in overview
    assert "those of the first 10 of 20 units" in overview
    assert "orders 1,000 1 to 1,000" in overview
    assert "75 of 500 rows" in text_of(page, "tables")
    assert "terp-seed upgrade --sql --size x20 --seed 42 --as-of 2026-03-01" in text_of(page, "script")
    whole = UNREACHABLE.seed("-x", "size=x20", "-x", "as_of=2026-03-01", "upgrade", "head", "--sql").out
    lines = {line.rstrip(",;") for line in whole.splitlines()}
    shown = [line for script in scripts_on(page) for line in script.splitlines()]
    left_out = [line for line in shown if line.endswith("are left out here")]
    assert "-- 950 more rows of orders are left out here" in left_out
    counts = [part.count(20) for part in CATALOG.every if part.count(20) > 50]
    assert sum(int(line.split()[1].replace(",", "")) for line in left_out) + 50 * len(left_out) == sum(counts)
    closing = {"-- An excerpt of a script: to be read, and not to be run."}
    assert {line.rstrip(",;") for line in shown} - set(left_out) == ({line.rstrip(",;") for line in shown} & lines) | closing


def test_the_largest_seed_takes_no_longer() -> None:
    assert "195,000,000 rows in 7 tables" in " ".join(text_of(page_of(UNREACHABLE, "--size=x1000000"), "overview").split())


def test_drawn_rows_are_rows_of_the_seed(sqlite_terp: Database) -> None:
    sqlite_terp.cli("upgrade", AS_OF, "--size=x2", "-f")
    page = page_of(sqlite_terp, "--live")
    (table,) = re.findall(r'<table id="rows-orders".*?</table>', page, re.DOTALL)
    shown = [(int(number), total) for number, total in re.findall(r'<tr><td class="number">(\d+)</td>.*?>(ORD-S\d+)</td>', table)]
    assert [number for number, _ in shown[:50]] == list(range(1, 51))
    assert len({number for number, _ in shown[50:]} - set(range(51))) == 25
    assert shown == sorted(shown)
    known = {row["id"]: row["order_number"] for row in sqlite_terp.rows("orders")}
    assert all(known[number] == code for number, code in shown)


def test_only_seeded_rows_are_shown(terp: Database) -> None:
    rows_of_users.add(terp, "mine")
    terp.cli("upgrade", AS_OF, "-f")
    page = page_of(terp, "--live")
    assert text_of(page, "rows-clients", "<tbody", tag="table").count("CLI-S") == SMALL["clients"]
    assert "mine" not in text_of(page, "tables")
    assert "2,001 to 2,010" in text_of(page, "overview")


def test_one_table_is_reviewed_with_what_it_needs(sqlite_terp: Database) -> None:
    planned = page_of(sqlite_terp, AS_OF, "--table=batches")
    needed = [SMALL[table] for table in ("vendors", "clients", "products", "batches")]
    assert f"{sum(needed)} rows in {len(needed)} tables" in " ".join(text_of(planned, "overview").split())
    assert "skipped" in text_of(planned, "check-list", tag="table")
    assert text_of(planned, "plots").count("Its tables are not seeded.") == 5
    sqlite_terp.cli("upgrade", AS_OF, "-f")
    live = page_of(sqlite_terp, "--live", "--table=batches")
    assert text_of(live, "tables") == text_of(planned, "tables")
    assert "skipped" not in text_of(live, "check-list", tag="table")
    assert re.findall(r'<pre class="command"[^>]*>(.*?)</pre>', live) == [
        "terp-seed upgrade --sql --table batches --size small --seed 42 --as-of 2026-03-01"
    ]


def answer_on(page: str) -> str:
    return " ".join(text_of(page, "answer", tag="div").split())


def test_answer_is_what_a_run_would_meet(terp: Database) -> None:
    settings = Settings(terp.url, Size(1), 42, date(2026, 3, 1), environment="test")
    before = terp.everything()
    empty = reviews.answer(settings)
    assert (empty.seeded, empty.with_rows, empty.refusal, empty.ids_of("clients")) == ("", (), "", "1 to 10")
    assert terp.everything() == before
    terp.execute("INSERT INTO clients (id, teri_code, name) VALUES (7, 'MINE-7', 'Mine')")
    filled = reviews.answer(settings)
    assert (filled.seeded, filled.with_rows, filled.ids_of("clients")) == ("", ("clients",), "2,001 to 2,010")
    terp.seed("-x", "as_of=2026-03-01", "upgrade", "clients")
    part = reviews.answer(settings)
    assert part.seeded == "size small, seed 42, as of 2026-03-01"
    assert (part.ids_of("clients"), part.ids_of("orders")) == ("seeded already", "1 to 50")
    terp.seed("upgrade", "head")
    assert reviews.answer(settings).coming == ()
    assert "seed is 42, not 7" in reviews.answer(replace(settings, seed=7)).refusal
    terp.execute("ALTER TABLE payments RENAME COLUMN notes TO remarks")
    terp.seed("downgrade", "invoices")
    assert "Schema validation failed for payments" in reviews.answer(settings).refusal


def test_page_that_asks_says_what_is_there(sqlite_terp: Database) -> None:
    page = page_of(sqlite_terp, AS_OF, "--ask")
    assert answer_on(page).startswith("Nothing is seeded, and the tables are empty.")
    sqlite_terp.execute("INSERT INTO clients (id, teri_code, name) VALUES (7, 'MINE-7', 'Mine')")
    page = page_of(sqlite_terp, AS_OF, "--ask")
    assert answer_on(page).startswith("1 table has rows already: clients.")
    assert "2,001 to 2,010" in text_of(page, "overview")
    sqlite_terp.cli("upgrade", AS_OF, "-f", "--table=clients")
    page = page_of(sqlite_terp, AS_OF, "--ask")
    assert answer_on(page).startswith("A part is seeded already , with size small, seed 42, as of 2026-03-01.")
    assert "2,001 to 2,010" not in text_of(page, "overview")
    sqlite_terp.cli("upgrade", "-f")
    page = page_of(sqlite_terp, AS_OF, "--ask", "--env=production")
    assert answer_on(page).startswith(
        "Seeded already , with size small, seed 42, as of 2026-03-01: a run with these settings has"
    )
    assert "1 to" not in text_of(page, "overview", '<table class="plain"')[:400]
    page = page_of(sqlite_terp, AS_OF, "--ask", "--seed=7")
    assert "A run would be refused here now: The database is already seeded with other settings: seed is 42" in answer_on(page)


def test_page_explains_what_a_unit_is(planned: str) -> None:
    assert "A unit is the smallest seed that is complete in itself: 5 vendors, 10 clients, 20 products," in text_of(
        planned, "overview"
    )


def test_live_review_of_damaged_rows_exits_1(sqlite_terp: Database) -> None:
    sqlite_terp.cli("upgrade", AS_OF, "-f")
    buyer = "SELECT MIN(id) FROM clients WHERE is_seller = 0"  # a supplier's address is in other tables too
    sqlite_terp.execute(f"UPDATE clients SET email = 'jane@company.com' WHERE id = ({buyer})")
    page = page_of(sqlite_terp, "--live", code=1)
    assert f"1 of {checks_on(page)} checks fail" in " ".join(text_of(page, "overview").replace("✗", "").split())
    assert "1 of 10 not fake" in text_of(page, "masking")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--live"], 1, "Nothing is seeded in "),
        (["--live", "--ask"], 2, "--live and --ask cannot be combined"),
        (["--table=cats"], 2, "Unknown table 'cats': expected one of"),
        (["--size=huge"], 2, "Size 'huge' is not known"),
    ],
)
def test_what_cannot_be_reviewed_is_one_clear_line(sqlite_terp: Database, options: list[str], code: int, said: str) -> None:
    result = sqlite_terp.cli("review", *options)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_live_review_refuses_settings_differing_from_recorded(sqlite_terp: Database) -> None:
    sqlite_terp.cli("upgrade", AS_OF, "-f")
    result = sqlite_terp.cli("review", "--live", "--seed=7")
    assert result.exit_code == 2
    assert "seeded with other settings: seed is 42, not 7" in result.stderr


def test_page_is_written_whole_or_not_at_all(sqlite_terp: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_text("the page of yesterday")

    def full(_descriptor: int, _mode: str, encoding: str) -> IO[str]:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(output, "open", full, raising=False)
        assert "No space left on device" in sqlite_terp.cli("review", AS_OF, f"-o{path}").stderr
    assert path.read_text() == "the page of yesterday"
    result = sqlite_terp.cli("review", AS_OF, f"-o{path}")
    assert result.exit_code == 0, result.stderr
    page = path.read_text()
    said = f"{path}: {checks_on(page)} checks hold, 0 failed, 0 skipped\n"
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", said)
    assert page.startswith("<!DOCTYPE html>")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.glob("*.html")) == [path]
    assert not [left for left in tmp_path.iterdir() if left.name.startswith(".")]


def test_page_does_not_follow_symbolic_links(tmp_path: Path) -> None:
    target, link = tmp_path / "precious", tmp_path / "link.html"
    link.symlink_to(target)
    for exists in (False, True):
        if exists:
            target.write_text("precious")
        with pytest.raises(SeedError, match=r"link\.html cannot be written: it is a symbolic link"):
            output.save(str(link), "a page")
        assert target.exists() == exists
    assert target.read_text() == "precious"


def test_device_is_not_replaced_and_folder_is_refused(tmp_path: Path) -> None:
    output.save("/dev/null", "a page")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(SeedError, match=r"^/no/such/page\.html cannot be written: No such file or directory"):
        output.save("/no/such/page.html", "a page")
    with pytest.raises(SeedError, match="cannot be written: Is a directory"):
        output.save(str(tmp_path), "a page")


@pytest.mark.parametrize("missing", LIBRARIES)
def test_without_its_libraries_it_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for loaded in [name for name in sys.modules if name.startswith("terp_seed.review")]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, missing, None)
    result = UNREACHABLE.cli("review")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: The review page needs {missing}, which is not installed: expected the extra `review`. Install it "
        "with `pip install 'terp-seed[review]'`.\n"
    )


def test_no_other_command_imports_its_libraries(sqlite_terp: Database) -> None:
    # Mako, which Alembic needs, imports Pygments where it is installed
    program = (
        "import sys\nfrom terp_seed.cli.entry import main\n"
        "for command in (['upgrade', '-f'], ['status'], ['verify'], ['upgrade', '--sql'], ['downgrade', '-f']):\n"
        "    main(command, standalone_mode=False)\n"
        "print('drawn by', {'terp_seed.review', 'jinja2', 'pygal', 'selenium'} & set(sys.modules))"
    )
    ran = sqlite_terp.process("python", "-c", program)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("drawn by set()\n")
