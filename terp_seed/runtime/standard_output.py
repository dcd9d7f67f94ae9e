"""Standard output: what is printed arrives, or the run ends with one sentence and not with Python's traceback."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from terp_seed.errors import SeedError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class OutputFull(SeedError):
    """Standard output, or a disk that it goes to, takes no more."""


def opened() -> TextIO:
    """Return standard output, for what is worth nothing if it is lost. Raises SeedError if it is closed."""
    if sys.stdout is None:
        raise SeedError("Standard output is closed: expected a place for what is printed. Redirect it with `> FILE`.")
    return sys.stdout


@contextlib.contextmanager
def written_out() -> Iterator[None]:
    """Write out, at its end, what a block has printed. Raises OutputFull if there is no room for it."""
    try:
        yield
        if sys.stdout:
            sys.stdout.flush()
    except OSError as error:
        if error.errno not in _FULL:
            raise
        discard(sys.stdout)
        raise OutputFull(
            f"The output cannot be written: {error.strerror}. Expected room for all of it; what was written is incomplete. Free "
            "some room, and run the same command again."
        ) from None


def discard(stream: TextIO) -> None:
    """Send what a stream still holds to nowhere: Python would try to write it at exit, and print a traceback."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
