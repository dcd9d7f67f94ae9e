"""Faults of the project's own Python: what its modules and revisions raise, as a sentence with file and line."""

import sys
import traceback
from pathlib import Path

from terp_seed.errors import SeedError

_ENGINE = Path(__file__).resolve().parent.parent
_REVISIONS = Path("alembic", "script", "revision.py").parts


def fault_of(error: Exception) -> SeedError | None:
    """Return the error of a run for an exception that the project's own files caused; None for any other, which is our fault."""
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, KeyError) and frames and Path(frames[-1].filename).parts[-3:] == _REVISIONS:
        return SeedError(
            f"A revision names {error.args[0]!r} in its down_revision or depends_on, and no revision has that name: expected an "
            "existing one. Correct it in the project's seeds/versions, then run the same command again."
        )
    if isinstance(error, SyntaxError) and error.filename:
        return _fault(error.filename, error.lineno or 1, error)
    for frame in reversed(frames):
        path = Path(frame.filename)
        if path.resolve().is_relative_to(_ENGINE):
            return None
        if _is_of_project(path):
            return _fault(frame.filename, frame.lineno or 1, error)
    return None


def _fault(file: str, line: int, error: Exception) -> SeedError:
    said = error.msg if isinstance(error, SyntaxError) else error
    return SeedError(
        f"{file}, line {line}: {type(error).__name__}: {said}. Expected a file that can be imported. Nothing was changed. "
        "Correct it, then run the same command again."
    )


def _is_of_project(path: Path) -> bool:
    """Tell whether a file belongs to no library: neither Python's own nor an installed one."""
    libraries = {Path(sys.prefix), Path(sys.base_prefix), Path(traceback.__file__).parent}
    is_library = any(path.resolve().is_relative_to(folder.resolve()) for folder in libraries)
    return path.suffix in (".py", ".mako") and path.is_file() and not is_library
