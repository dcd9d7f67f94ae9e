"""The unit cache: figures that the tables of a unit share, computed for the first of them and read by the others.

They are kept in an unnamed temporary file of this process alone, so that memory does not grow with the size.
"""

import os
import tempfile
import weakref
from array import array
from collections.abc import Callable

_MOST_ON_DISK = 1024**3  # figures that do not fit are computed again for each table


class UnitCache:
    """A UnitCache stores bytes by name and unit number, for the duration of a run. On a full disk, it stores no more."""

    def __init__(self, units: int) -> None:
        self._units = units
        self._used, self._room = 0, _MOST_ON_DISK
        self._places: dict[str, tuple[array[int], array[int]]] = {}  # by name: begin and end of each unit's bytes
        try:
            file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        except OSError:  # no folder for temporary files, or no room in one
            self._number, self._room = -1, 0
            return
        weakref.finalize(self, file.close)
        self._number = file.fileno()

    def get(self, name: str, number: int, make: Callable[[], bytes]) -> bytes:
        """Return a unit's bytes of this name, or call `make` and store its result."""
        if name not in self._places:
            self._places[name] = (array("Q", bytes(8 * (self._units + 1))), array("Q", bytes(8 * (self._units + 1))))
        begins, ends = self._places[name]
        if ends[number]:
            return os.pread(self._number, ends[number] - begins[number], begins[number])
        made = make()
        if self._used + len(made) <= self._room and self._store(made):
            begins[number], ends[number] = self._used, self._used + len(made)
            self._used += len(made)
        return made

    def _store(self, made: bytes) -> bool:
        """Write bytes after the others, and tell whether there was room for them."""
        try:
            if os.pwrite(self._number, made, self._used) == len(made):
                return True
        except OSError:
            pass
        self._room = 0
        return False
