"""The project's files: alembic.ini, migrations/ and seeds/, from the working folder or from the package.

The working folder's alembic.ini takes precedence. An existing file is never overwritten or deleted.
"""

import configparser
import os
from pathlib import Path
from typing import Any

from alembic.config import Config

from terp_seed.app import skeleton
from terp_seed.errors import Refused, SeedError

FILES = ("alembic.ini", "migrations", "seeds", ".env.example")
_LEDGER = "seeds/versions/ledger.py"  # the same in every project
_PACKAGE = Path(__file__).resolve().parent.parent


def carried() -> Path:
    """Return the folder of the package's own project: the copies in a wheel, or the repository for an editable install."""
    copies = _PACKAGE / "project_files"  # copied by the build, as pyproject.toml defines
    return copies if copies.is_dir() else _PACKAGE.parent


def config(section: str, attributes: dict[str, Any]) -> Config:
    """Return the configuration of a section (`seed` or `alembic`) of ./alembic.ini, or of the package's if there is none.

    Raises SeedError if the file cannot be parsed or lacks the section.
    """
    own = Path("alembic.ini")
    path = own.resolve() if own.is_file() else carried() / "alembic.ini"
    found = Config(str(path), ini_section=section, attributes=attributes)
    try:
        if found.file_config.has_section(section):
            return found
    except (configparser.Error, UnicodeError) as error:  # Alembic reads it in the encoding of the locale
        raise SeedError(f"{path} cannot be read: {error}. Expected what `terp-seed init` writes into an empty folder.") from None
    # perhaps another application's alembic.ini, but falling back to ours would hide a mistyped [seed]
    raise SeedError(
        f"{path} has no [{section}] section: expected one like that of `terp-seed init` in an empty folder. "
        "Add it, or run this in another folder."
    )


def is_own(path: str) -> bool:
    """Tell whether an alembic.ini is that of the working folder, not the package's."""
    return Path("alembic.ini").is_file() and Path(path).resolve() == Path("alembic.ini").resolve()


def write_out(folder: Path) -> tuple[str, ...]:
    """Write the package's own project into a folder, to be edited there. Return the names of its files and folders."""
    return _write(folder, FILES, {str(source.relative_to(carried())): source.read_bytes() for source in _sources()})


def write_skeleton(folder: Path) -> tuple[str, ...]:
    """Write a project without tables into a folder. Return the names of its files and folders."""
    texts = skeleton.files(folder.name)
    names = tuple(dict.fromkeys(name.partition("/")[0] for name in texts))
    ledger = {_LEDGER: (carried() / _LEDGER).read_bytes()}
    return _write(folder, names, {name: text.encode() for name, text in texts.items()} | ledger)


def _write(folder: Path, names: tuple[str, ...], contents: dict[str, bytes]) -> tuple[str, ...]:
    """Write the files and return the names. Raises Refused, with nothing written, if the folder has any of the names."""
    present = [name for name in names if os.path.lexists(folder / name)]
    if present:
        raise Refused(
            f"{folder} already has {', '.join(present)}: expected none of {', '.join(names)}. "
            "Nothing was written. Run it in an empty folder."
        )
    for name, content in contents.items():
        target = folder / name
        try:
            target.parent.mkdir(exist_ok=True, parents=True)
            with target.open("xb") as file:  # x: another process may have created it meanwhile
                file.write(content)
        except OSError as error:
            raise SeedError(
                f"{target} could not be written: {error.strerror}. Fix that, remove what was written of "
                f"{', '.join(names)}, and run the command again."
            ) from error
    return names


def _sources() -> list[Path]:
    """Return the files of the package's own project, without compiled modules."""
    found = []
    for name in FILES:
        path = carried() / name
        found += sorted(path.rglob("*")) if path.is_dir() else [path]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]
