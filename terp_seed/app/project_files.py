"""The project: alembic.ini, migrations/ and seeds/, the working folder's own or those that the package carries.

A working folder with an alembic.ini of its own is obeyed; a file that exists is never overwritten or deleted.
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
    """Return the folder of the package's own project: copies in a wheel, the repository where it is installed as editable."""
    copies = _PACKAGE / "project_files"  # pyproject.toml has them built
    return copies if copies.is_dir() else _PACKAGE.parent


def config(section: str, attributes: dict[str, Any]) -> Config:
    """Return the configuration of a section, `seed` or `alembic`: by ./alembic.ini where there is one, else by the package's."""
    own = Path("alembic.ini")
    path = own.resolve() if own.is_file() else carried() / "alembic.ini"
    found = Config(str(path), ini_section=section, attributes=attributes)
    try:
        if found.file_config.has_section(section):
            return found
    except configparser.Error as error:
        raise SeedError(f"{path} cannot be read: {error}. Expected what `terp-seed init` writes into an empty folder.") from None
    # another application's alembic.ini: to look past it would leave a mistyped [seed] unsaid
    raise SeedError(
        f"{path} has no [{section}] section: expected one, like that which `terp-seed init` writes into an empty folder. "
        "Add it, or run this in another folder."
    )


def write_out(folder: Path) -> tuple[str, ...]:
    """Write the project that the package carries into a folder, to be changed there, and return its names."""
    return _write(folder, FILES, {str(source.relative_to(carried())): source.read_bytes() for source in _sources()})


def write_skeleton(folder: Path) -> tuple[str, ...]:
    """Write a project of one's own into a folder, with no table in it yet, and return its names."""
    texts = skeleton.files(folder.name)
    names = tuple(dict.fromkeys(name.partition("/")[0] for name in texts))
    ledger = {_LEDGER: (carried() / _LEDGER).read_bytes()}
    return _write(folder, names, {name: text.encode() for name, text in texts.items()} | ledger)


def _write(folder: Path, names: tuple[str, ...], contents: dict[str, bytes]) -> tuple[str, ...]:
    """Write files. Raises Refused, with nothing written, when the folder has anything of these names."""
    present = [name for name in names if os.path.lexists(folder / name)]
    if present:
        raise Refused(
            f"{folder} has {', '.join(present)} already: expected none of {', '.join(names)}. "
            "Nothing was written: run it in an empty folder."
        )
    for name, content in contents.items():
        target = folder / name
        try:
            target.parent.mkdir(exist_ok=True, parents=True)
            with target.open("xb") as file:  # x: somebody may have written it in between
                file.write(content)
        except OSError as error:
            raise SeedError(
                f"{target} could not be written: {error.strerror}. Mend that, remove what was written of "
                f"{', '.join(names)}, and run it again."
            ) from error
    return names


def _sources() -> list[Path]:
    """Return the files of the package's own project, without what Python left beside them."""
    found = []
    for name in FILES:
        path = carried() / name
        found += sorted(path.rglob("*")) if path.is_dir() else [path]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]
