"""The promise: the old entry points still answer, say what replaces them, and hand over to terp-seed."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from legacy import seed_defaults, seed_new, seed_realistic_main
from tests.support import NAMES, PROJECT, SMALL, Database
from tests.test_architecture import imports_of

SKIP_SEEDING = "SKIP_SEEDING is deprecated. Use terp-seed instead."
NOTHING = dict.fromkeys(SMALL, 0)
AS_SCRIPT = ("python", "legacy/seed_new.py")
AS_MODULE = ("python", "-m", "legacy.seed_new")


def _hook(terp: Database, **variables: str) -> int:
    """Run the start-up hook as an application would."""
    with terp.environment(variables), pytest.warns(DeprecationWarning, match="is deprecated. Use terp-seed instead") as warned:
        code = seed_defaults.seed_all_defaults()
    assert [warning.filename for warning in warned] == [__file__]  # a program is shown its own line, not ours
    return code


@pytest.mark.parametrize("value", ["true", "TRUE", "True", "1"])
def test_hook_told_to_skip_seeds_nothing_and_warns(sqlite_terp: Database, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _hook(sqlite_terp, SKIP_SEEDING=value) == 0
    assert capsys.readouterr().err == f"{SKIP_SEEDING}\nSKIP_SEEDING is {value!r}: nothing was seeded.\n"
    assert sqlite_terp.counts() == NOTHING


@pytest.mark.parametrize("variables", [{}, {"SKIP_SEEDING": "false"}, {"SKIP_SEEDING": "0"}, {"SKIP_SEEDING": ""}], ids=str)
def test_the_hook_seeds_once_and_warns(
    terp_without_mysql: Database, variables: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _hook(terp_without_mysql, **variables) == 0
    assert terp_without_mysql.counts() == SMALL
    said = SKIP_SEEDING if variables.get("SKIP_SEEDING") else "seed_all_defaults() is deprecated. Use terp-seed instead."
    printed = capsys.readouterr()
    assert said in printed.err.splitlines()
    assert "195   seeded, 0 errors" in printed.out
    assert _hook(terp_without_mysql, **variables) == 0
    assert terp_without_mysql.counts() == SMALL


def test_the_hook_reads_the_dotenv_file_too(sqlite_terp: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SKIP_SEEDING=True\n")
    assert _hook(sqlite_terp) == 0
    assert sqlite_terp.counts() == NOTHING


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({"TERP_ENV": "production"}, 2, "production database, and writing to it needs force"),
        ({"TERP_ENV": "moon"}, 2, "TERP_ENV 'moon' is not an environment"),
        ({"DATABASE_URL": "mysql://root@127.0.0.1:1/terp"}, 1, "Failed to connect to database after 3 attempts"),
    ],
)
def test_hook_prints_error_and_lets_application_start(
    sqlite_terp: Database, variables: dict[str, str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _hook(sqlite_terp, **variables) == code
    assert said in capsys.readouterr().err
    assert sqlite_terp.counts() == NOTHING


def test_hook_run_as_script_returns_its_exit_code(sqlite_terp: Database) -> None:
    refused = sqlite_terp.process("python", "legacy/seed_defaults.py", TERP_ENV="production")
    assert refused.returncode == 2
    assert refused.stderr.startswith("seed_all_defaults() is deprecated. Use terp-seed instead.\n")
    assert sqlite_terp.process("python", "-m", "legacy.seed_defaults").returncode == 0
    assert sqlite_terp.counts() == SMALL


def test_command_warns_about_skip_seeding_but_ignores_it(sqlite_terp: Database) -> None:
    result = sqlite_terp.cli("upgrade", "--force", SKIP_SEEDING="true")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == SKIP_SEEDING
    assert result.stderr.count(SKIP_SEEDING) == 1
    assert sqlite_terp.counts() == SMALL
    assert "SKIP_SEEDING" not in sqlite_terp.cli("status").stderr


@pytest.mark.parametrize("command", [AS_SCRIPT, AS_MODULE])
def test_seed_new_seeds_cleans_and_rolls_back(terp_without_mysql: Database, command: tuple[str, ...]) -> None:
    seeded = terp_without_mysql.process(*command, "--size=small", "--force")
    assert seeded.returncode == 0, seeded
    assert seeded.stderr.splitlines()[:2] == [
        "pnpm seed:new is deprecated. Use terp-seed instead.",
        "Running terp-seed upgrade --size=small --force",
    ]
    assert "195   seeded, 0 errors" in seeded.stdout
    assert terp_without_mysql.counts() == SMALL
    assert terp_without_mysql.process(*command, "--clean", "--table=clients", "--env=test", "-f").returncode == 0
    assert terp_without_mysql.counts() == {**NOTHING, "clients": 10, "vendors": 5, "products": 20}
    assert terp_without_mysql.process(*command, "--rollback", "--table=vendors", "--force").returncode == 0
    assert terp_without_mysql.counts() == {**NOTHING, "clients": 10, "products": 20}
    rolled_back = terp_without_mysql.process(*command, "--rollback", "--force")
    assert rolled_back.returncode == 0, rolled_back
    assert "rolled back, 0 errors" in rolled_back.stdout
    assert terp_without_mysql.counts() == NOTHING


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--dryrun",), "unrecognized arguments: --dryrun. Expected only --help, --dry-run, --size, --table, --clean"),
        (("--dry",), "unrecognized arguments: --dry"),
        (("--complete", "--force"), "unrecognized arguments: --complete"),
        (("small",), "unrecognized arguments: small"),
        (("--force=yes",), "ignored explicit argument 'yes'"),
        (("--size",), "expected one argument"),
        (("--size=huge", "--force"), "Size 'huge' is not known"),
        (("--table=", "--force"), "Unknown table ''"),
        (("--rollback", "--clean", "--force"), "--rollback and --clean do not go together"),
        (("--rollback", "--size=small", "--force"), "--rollback and --size do not go together"),
        ((), "without a terminal, pass --force"),
        (("--env=production",), "production database, and writing to it needs force"),
    ],
)
def test_seed_new_refuses_what_it_does_not_know(sqlite_terp: Database, arguments: tuple[str, ...], said: str) -> None:
    refused = sqlite_terp.process(*AS_SCRIPT, *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert refused.stderr.startswith("pnpm seed:new is deprecated. Use terp-seed instead.\n")
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""
    assert sqlite_terp.counts() == NOTHING


def test_seed_new_exits_3_when_lock_is_held(terp_without_mysql: Database) -> None:
    from terp_seed.backends import lock

    with terp_without_mysql.connection() as connection, lock.held(connection, NAMES):
        assert terp_without_mysql.process(*AS_SCRIPT, "--force").returncode == 3


def test_seed_new_translates_every_flag_one_to_one() -> None:
    every = ["--dry-run", "--size=small", "--table=clients", "--clean", "--force", "--env=test", "--verbose"]
    assert seed_new.translate(every) == ["upgrade", *every]
    assert seed_new.translate(["-c", "-f", "-v", "--size", "large"]) == [
        "upgrade",
        *("--size=large", "--clean", "--force", "--verbose"),
    ]
    back = ["--dry-run", "--table=clients", "--force", "--env=test", "--verbose"]
    assert seed_new.translate([*back, "--rollback"]) == ["downgrade", *back]


def test_seed_realistic_seeds_its_scenario_anew(terp_without_mysql: Database) -> None:
    for _ in range(2):
        ran = terp_without_mysql.process("python", "legacy/seed_realistic_main.py", "light", "--force")
        assert ran.returncode == 0, ran
        assert ran.stderr.startswith("pnpm seed is deprecated. Use terp-seed instead.\nRunning terp-seed upgrade --clean")
        assert terp_without_mysql.counts() == SMALL


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("edgeCases", "--force"),
            "scenario edgeCases has no successor: all clients large and 80 % of invoices overdue; write a revision",
        ),
        (("chaos", "--force"), "scenario chaos has no successor: random anomalies that nobody could have again"),
        (("huge", "--force"), "scenario 'huge' is not known. Expected light, full"),
        (("light", "--forced"), "unrecognized arguments: --forced"),
        (("light",), "without a terminal, pass --force"),
    ],
)
def test_seed_realistic_refuses_with_a_reason(sqlite_terp: Database, arguments: tuple[str, ...], said: str) -> None:
    refused = sqlite_terp.process("python", "-m", "legacy.seed_realistic_main", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert sqlite_terp.counts() == NOTHING


def test_seed_realistic_without_a_scenario_is_full() -> None:
    assert seed_realistic_main.translate([]) == seed_realistic_main.translate(["full"]) == ["upgrade", "--clean", "--size=large"]


@pytest.mark.parametrize("entry_point", [seed_new.main, seed_realistic_main.main])
def test_calling_an_old_command_raises_deprecation_warning(entry_point: Callable[[list[str]], None]) -> None:
    with pytest.warns(DeprecationWarning, match="is deprecated. Use terp-seed instead"), pytest.raises(SystemExit) as ended:
        entry_point(["--help"])
    assert ended.value.code == 0


def test_command_table_matches_what_the_scripts_do() -> None:
    rows = re.findall(
        r"^\| `pnpm (seed(?::new)?) (.*?)` \| `terp-seed (.*?)` \|$", (PROJECT / "legacy/README.md").read_text(), re.M
    )
    assert len(rows) == 7
    for script, old, new in rows:
        translate = seed_new.translate if script == "seed:new" else seed_realistic_main.translate
        assert translate(shlex.split(old)) == shlex.split(new)


def test_nothing_outside_imports_the_archive() -> None:
    found = {
        path.relative_to(PROJECT).as_posix(): imports_of(path)
        for folder in ("terp_seed", "seeds", "migrations", "tests")
        for path in ((PROJECT / folder).rglob("*.py") if (PROJECT / folder).is_dir() else [PROJECT / folder])
        if path != Path(__file__)
    }
    assert "terp_seed/cli/entry.py" in found
    assert not [path for path, imports in found.items() if any(name.split(".")[0] == "legacy" for name in imports)]
