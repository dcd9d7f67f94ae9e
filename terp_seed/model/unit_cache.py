"""The cache: what the tables of a unit share, made by the first of them and read by the others.

It is a temporary file that nobody else sees and that is gone with the run, so memory does not grow with the size.
"""

import os
import tempfile
import weakref
from array import array
from collections.abc import Callable

_MOST_ON_DISK = 1024**3  # what does not fit is made again for each table


class UnitCache:
    """A UnitCache keeps bytes by name and unit number, for the length of a run."""

    def __init__(self, units: int) -> None:
        self._units = units
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._number = self._file.fileno()
        self._used = 0
        self._places: dict[str, tuple[array[int], array[int]]] = {}  # by name: where a unit's bytes begin and end

    def get(self, name: str, number: int, make: Callable[[], bytes]) -> bytes:
        """Return the bytes of that name of a unit; make them where nobody has yet."""
        if name not in self._places:
            self._places[name] = (array("Q", bytes(8 * (self._units + 1))), array("Q", bytes(8 * (self._units + 1))))
        begins, ends = self._places[name]
        if ends[number]:
            return os.pread(self._number, ends[number] - begins[number], begins[number])
        made = make()
        if self._used + len(made) <= _MOST_ON_DISK:
            os.pwrite(self._number, made, self._used)
            begins[number], ends[number] = self._used, self._used + len(made)
            self._used += len(made)
        return made
