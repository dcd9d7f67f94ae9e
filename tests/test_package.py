"""The promise: the wheel alone is enough. It seeds in an empty folder, and writes its project out without overwriting."""

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from terp_seed.app import project_files as project
from terp_seed.cli.entry import main
from terp_seed.errors import SeedError
from tests.support import PROJECT, SMALL, VARIABLES, Database

# what the build reads, and so what an sdist and an image need
BUILT_FROM = (
    *("pyproject.toml", "README.md", "LICENSE"),
    *("alembic.ini", ".env.example", "migrations", "seeds", "terp_seed"),
)
IGNORED = shutil.ignore_patterns("__pycache__")

THREE_MORE_CLIENTS = '''"""Three clients for the demo."""

from alembic import op

from terp_seed.terp.clients import CLIENTS

revision = "demo_clients"
down_revision = "payments"


def upgrade() -> None:
    op.seed(CLIENTS, rows=[{"teri_code": "DEMO-S1"}, {"teri_code": "DEMO-S2"}, {"teri_code": "DEMO-S3"}])


def downgrade() -> None:
    op.unseed(CLIENTS)
'''


@dataclass(frozen=True)
class Installed:
    """A virtualenv that has the wheel, and sees the dependencies of this one."""

    folder: Path

    def run(self, *command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of its programs in a folder, and fail the test when it fails."""
        ran = self.attempt(*command, cwd=cwd, **variables)
        assert ran.returncode == 0, ran
        return ran

    def attempt(self, *command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of its programs in a folder."""
        environment = {key: value for key, value in os.environ.items() if key not in (*VARIABLES, "PYTHONPATH")}
        return subprocess.run(
            [str(self.folder / "bin" / command[0]), *command[1:]],
            cwd=cwd,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the sdist, and the sdist from a copy: what an sdist forgets is missing here."""
    copy, wheels = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheels")
    for name in BUILT_FROM:
        path = PROJECT / name
        if path.is_dir():
            shutil.copytree(path, copy / name, ignore=IGNORED)
        else:
            shutil.copy(path, copy)
    _python("-c", "from hatchling.build import build_sdist; build_sdist('dist')", cwd=copy)
    (sdist,) = (copy / "dist").glob("*.tar.gz")
    # without pip's cache, which knows a built wheel by its path
    _pip("wheel", "--no-build-isolation", "--no-deps", "--no-index", "--no-cache-dir", f"--wheel-dir={wheels}", str(sdist))
    (built,) = wheels.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    # a path file of a path file is not read, so an editable install of this environment stays out
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    _pip("--python", str(folder), "install", "--no-deps", "--no-index", "--no-cache-dir", str(wheel))
    return Installed(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder, which no database shares."""
    made = tmp_path / "empty"
    made.mkdir()
    return made


def test_wheel_carries_the_project_exactly_as_in_repository(wheel: Path) -> None:
    prefix = "terp_seed/project_files/"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        carried = {name.removeprefix(prefix): archive.read(name) for name in names if name.startswith(prefix)}
    assert carried == _files(PROJECT)
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"terp_seed"}


def test_wheel_alone_seeds_and_rolls_back_anywhere(installed: Installed, sqlite_terp: Database, folder: Path) -> None:
    where = installed.run("python", "-c", "import terp_seed; print(terp_seed.__file__)", cwd=folder).stdout
    assert where.startswith(str(installed.folder))
    url = {"DATABASE_URL": sqlite_terp.url}
    assert "195   seeded, 0 errors" in installed.run("terp-seed", "upgrade", "--force", cwd=folder, **url).stdout
    assert sqlite_terp.counts() == SMALL
    assert "0 failed, 0 skipped" in installed.run("terp-seed", "verify", cwd=folder, **url).stdout
    installed.run("terp-seed", "downgrade", "--table=orders", "--force", cwd=folder, **url)
    assert sqlite_terp.counts() == {**SMALL, "orders": 0, "invoices": 0, "payments": 0}
    assert "DELETE FROM" in installed.run("terp-seed", "downgrade", "--sql", cwd=folder, **url).stdout
    assert list(folder.iterdir()) == []


def test_init_writes_a_working_extensible_project(installed: Installed, folder: Path) -> None:
    installed.run("terp-seed", "init", cwd=folder)
    assert _files(folder) == _files(PROJECT)
    (folder / ".env.example").rename(folder / ".env")
    terp = Database(f"sqlite:///{folder}/terp.db", "sqlite")
    installed.run("python", "-m", "alembic", "upgrade", "head", cwd=folder)
    (folder / "seeds/versions/demo_clients.py").write_text(THREE_MORE_CLIENTS)
    assert "198   seeded, 0 errors" in installed.run("terp-seed", "upgrade", "--force", cwd=folder).stdout
    assert terp.counts() == {**SMALL, "clients": 13}
    installed.run("python", "-m", "alembic", "-n", "seed", "downgrade", "payments", cwd=folder)
    assert terp.counts() == SMALL


def test_init_refuses_a_second_time_and_changes_nothing(installed: Installed, folder: Path) -> None:
    installed.run("terp-seed", "init", cwd=folder)
    (folder / "seeds/env.py").write_text("mine")
    before = _files(folder)
    refused = installed.attempt("terp-seed", "init", cwd=folder)
    assert refused.returncode == 2
    assert "already has alembic.ini, migrations, seeds, .env.example" in refused.stderr
    assert _files(folder) == before


@pytest.mark.parametrize("name", project.FILES)
@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_init_refuses_folder_containing_any_of_its_names(folder: Path, name: str, kind: str) -> None:
    if kind == "file":
        (folder / name).write_text("mine")
    elif kind == "folder":
        (folder / name).mkdir()
    else:
        (folder / name).symlink_to("nowhere")
    result = _terp_seed("init", cwd=folder)
    assert result.exit_code == 2
    assert f"already has {name}: expected none of" in result.stderr
    assert [path.name for path in folder.iterdir()] == [name]


def test_init_says_what_it_could_not_write(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("mine")
    with pytest.raises(SeedError, match=r"file/alembic\.ini could not be written: .*\. Fix that"):
        project.write_out(no_folder)
    assert no_folder.read_text() == "mine"


def test_any_folder_will_do_for_this_install_too(sqlite_terp: Database, folder: Path) -> None:
    result = _terp_seed("upgrade", "--force", cwd=folder, DATABASE_URL=sqlite_terp.url)
    assert result.exit_code == 0, result.output
    assert sqlite_terp.counts() == SMALL
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "[alembic]\nscript_location = here\n",
            "alembic.ini has no [seed] section: expected one like that of `terp-seed init`",
        ),
        ("script_location = here\n", "alembic.ini cannot be read: File contains no section headers"),
    ],
)
def test_local_alembic_ini_is_never_bypassed(sqlite_terp: Database, folder: Path, content: str, said: str) -> None:
    (folder / "alembic.ini").write_text(content)
    result = _terp_seed("upgrade", "--force", cwd=folder, DATABASE_URL=sqlite_terp.url)
    assert result.exit_code == 1
    assert said in result.stderr
    assert sum(sqlite_terp.counts().values()) == 0


def _terp_seed(*arguments: str, cwd: Path, **variables: str) -> Result:
    with contextlib.chdir(cwd):
        return CliRunner(env={**dict.fromkeys(VARIABLES), **variables}).invoke(main, arguments, catch_exceptions=False)


def _files(folder: Path) -> dict[str, bytes]:
    """Return the contents of a project, by path."""
    paths = [path for name in project.FILES for path in (folder / name, *(folder / name).rglob("*"))]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and "__pycache__" not in path.parts
    }


def _pip(*arguments: str) -> None:
    _python("-m", "pip", "--disable-pip-version-check", *arguments)


def _python(*arguments: str, cwd: Path | None = None) -> None:
    ran = subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran
